# An empty line is no command, but it needs an answer: some server counts it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An empty line gets one answer and puts nothing out of step.' => sub {
    my ($c) = SG::relay();
    $c->hello;
    $c->send_raw("\r\nNOOP\r\nVRFY x\r\n");
    like $c->reply, qr/^5\d\d/, 'an error for the empty line';
    like $c->reply, qr/^250/, 'NOOP has its own';
    like $c->reply, qr/^252/, 'VRFY too';
};
