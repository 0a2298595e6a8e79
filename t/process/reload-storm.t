# A storm of HUPs while clients come: every one of them is served.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2, log_level => 'notice' });
my $served = 0;
for my $n (1 .. 60) {
    $d->hup(wait => 0) if $n % 3 == 0;
    my $c = SG::Client->connect($d->port);
    $served++ if $c->hello && $c->quit =~ /^221/;
}
is $served, 60, 'all sessions were served';
SG::wait_for { (() = $d->keeper_pids) == 1 } 15, 'the last generation alone';
pass 'one generation stays';
like SG::Client->connect($d->port)->banner, qr/^220/, 'and serves';
done_testing;
