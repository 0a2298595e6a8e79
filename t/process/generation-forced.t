# What a plugin has given to a thread may never end.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $gate = SG::gate();
my ($c, $mta, $d) = SG::relay(core => { timeout_generation => '300ms', timeout_final => '300ms' },
    verdict => { end => 'pass', gate => $gate });
$c->hello->envelope;
$c->send_raw("a message\r\n.\r\n");
my $held = SG::reach_gate($gate);
$d->hup;
$d->wait_log(qr/generation 2 serves/);
like $c->reply, qr/^421 /, 'its session is told to come again';
SG::wait_for { $d->keeper_pids == 1 } 20, 'the old keeper to end';
pass 'a generation whose check hangs ends all the same';
$d->wait_log(qr/DRAIN:FORCED/);
done_testing;
