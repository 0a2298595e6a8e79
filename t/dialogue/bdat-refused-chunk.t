# A refused chunk is counted to its last byte (lesson 4: what is in it must not
# become commands).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The bytes of a refused chunk are never taken for commands.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { BDAT => '552 5.2.2 no room' } });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    my $chunk = "\r\nMAIL FROM:<smuggled\@client.test>\r\nQUIT\r\n";
    $c->send_raw('BDAT ' . length($chunk) . "\r\n$chunk" . "NOOP\r\nRSET\r\n");
    like $c->reply, qr/^552/, 'refused';
    like $c->reply, qr/^250/, $_ for 'NOOP', 'RSET';
    like $c->mail("next\r\n"), qr/^250/, 'the next message goes';
    is_deeply [ map { $_->{body} } $mta->messages ], ["next\r\n"], 'and it alone';
};
