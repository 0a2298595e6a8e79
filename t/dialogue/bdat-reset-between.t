
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'RSET between chunks forgets the message.' => sub {
    my ($c, $mta) = SG::relay(verdict => { end => 'reject if MARKER' });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 6\r\nMARKER");
    like $c->reply, qr/^250/, 'a chunk';
    like $c->cmd('RSET'), qr/^250/, 'RSET';
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 5 LAST\r\nclean");
    like $c->reply, qr/^250/, 'the next is judged by itself';
    is_deeply [ map { $_->{body} } $mta->messages ], ['clean'], 'and arrives';
};
