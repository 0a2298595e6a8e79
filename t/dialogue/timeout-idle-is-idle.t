# Any byte is a sign of life, in either direction.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session that talks outlives timeout_idle.' => sub {
    my ($c) = SG::relay(core => { timeout_idle => '600ms' });
    $c->hello;
    my $end = time + 2;
    SG::wait_for { $c->cmd('NOOP') =~ /^250/ or die 'the session died'; time >= $end } 10, 'two seconds';
    like $c->quit, qr/^221/, 'it lives';
}, only => ['whole'];
