# READY=1 behind a reload means that the old workers accept no more: who connects now
# is served by the new configuration.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2 });
my $old = SG::Client->connect($d->port)->hello;
my ($slow) = $d->worker_pids;

CORE::kill('STOP', $slow);
$d->hup(wait => 0);
$d->wait_log(qr/generation 2 serves/);
$d->status;
unlike $d->notified, qr/^READY=1$/m, 'while one of them has not heard of it, it is not said';
CORE::kill('CONT', $slow);
$d->wait_ready('the last worker of the old generation has closed');
pass 'then it is';

for my $time (1 .. 5) {
    my @before = $d->worker_pids;
    $d->hup;
    my $c = SG::Client->connect($d->port)->hello;
    ok !(grep { grep { $_ == $c->port } clients_of($_, $d->port) } @before), "reload $time: the client is at a new worker";
    like $c->quit, qr/^221/, 'which serves';
}

my ($keeper) = $d->log =~ /generation 7 starts, keeper (\d+)$/m;
($slow) = children_of($keeper);
CORE::kill('STOP', $slow);
$d->hup;
like $d->log, qr/: generation 7 was told to finish and still accepts connections$/m, 'it is not waited for ever';
CORE::kill('CONT', $slow);
like $old->cmd('NOOP'), qr/^250/, 'the first session goes on all the while';
done_testing;
