# What is cut by a chunk's border is whole for the checks.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A marker cut by the border of chunks is found.' => sub {
    my ($c, $mta) = SG::relay(verdict => { end => 'reject if MARKER' });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 1\r\n$_") for qw(M A R K E);
    like $c->reply, qr/^250/, 'a chunk' for 1 .. 5;
    $c->send_raw("BDAT 1 LAST\r\nR");
    like $c->reply, qr/^550/, 'refused';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'not delivered';
};
