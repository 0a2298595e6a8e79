# STARTTLS is a synchronisation point, also for what stands before it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'STARTTLS at the end of a batch waits for its turn.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'] });
    $c->hello;
    my @replies = $c->pipeline('NOOP', 'RSET', 'STARTTLS');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 250 220', 'all replies in order';
    $c->send_raw("\x16\x03bc");
    is $c->bytes(4), "\x16\x03bc", 'and the tunnel stands';
};
