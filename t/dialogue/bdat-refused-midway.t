# A server that refuses a chunk need not take the rest of it for a chunk.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'When a chunk is refused, the rest of it is not sent.' => sub {
    my ($c, $mta) = SG::relay(mta => { fault => { bdat => \"502 5.5.1 what?\r\n" } });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    my $rest = "RSET\r\nMAIL FROM:<smuggled\@client.test>\r\n";
    $c->send_raw('BDAT ' . (2 + length $rest) . " LAST\r\nxx");
    like $c->reply, qr/^502 5.5.1 what/, 'the server\'s refusal is the answer';
    $c->send_raw("${rest}RSET\r\nMAIL FROM:<a\@client.test>\r\nQUIT\r\n");
    like $c->reply, qr/^250/, 'the rest is counted: RSET is answered';
    like $c->reply, qr/^421/, 'this server is spoken to no more: MAIL is to be tried again';
    is $c->closed, 'eof', 'the end';
    $mta->wait_end;
    unlike $mta->session->{raw}, qr/smuggled|QUIT/, 'and the server got nothing of it';
};
