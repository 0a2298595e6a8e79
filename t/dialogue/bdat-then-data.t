# DATA and BDAT must not be mixed in one transaction (RFC 3030, 2).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'DATA behind a chunk is never a message of two halves.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { DATA => '503 5.5.1 BDAT it was' } });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 4\r\nhalf");
    like $c->reply, qr/^250/, 'a chunk';
    like $c->cmd('DATA'), qr/^503/, 'DATA is refused';
    like $c->cmd('BDAT 0 LAST'), qr/^[25]/, 'one reply';
    like $c->cmd('RSET'), qr/^250/, 'the session is in step';
    ok !(grep { $_->{how} ne 'BDAT' } $mta->messages), 'nothing came by DATA';
};
