# A server that times out says 421 without being asked, and closes.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An unasked 421 of the server reaches the client before the end.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $mta->say("421 4.4.2 too slow\r\n");
    $mta->hangup('shut');
    like $c->reply, qr/^421 /, 'a 421';
    is $c->closed, 'eof', 'and the end';
};
