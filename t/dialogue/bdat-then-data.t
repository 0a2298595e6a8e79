# DATA and BDAT must not be mixed in one transaction (RFC 3030, 2): a server that
# does not mind would get a message of which the checks saw half, or an end that is
# none.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'DATA behind a chunk gets 503, also where the server would take it.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 4\r\nhalf");
    like $c->reply, qr/^250/, 'a chunk';
    like $c->cmd('DATA'), qr/^503/, 'DATA is refused';
    like $c->cmd('RSET'), qr/^250/, 'the session is in step';
    like $c->mail("whole\r\n"), qr/^250/, 'the next message';
    is_deeply [ map { $_->{body} } $mta->messages ], ["whole\r\n"], 'is the only one';
};
