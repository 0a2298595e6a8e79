# Workers die and cannot be started again for a while, or stand still: who waits in their
# backlogs, and who comes meanwhile, is served by the others.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

sub served (@clients) { return scalar grep { $_->banner =~ /^220/ } @clients }
sub come ($d) { return map { SG::Client->connect($d->port) } 1 .. 20 }
sub descriptors ($pid) { return scalar(() = glob "/proc/$pid/fd/*") }

sub stop ($pid) {
    CORE::kill('STOP', $pid);
    return SG::wait_for { (proc_status($pid)->{State} // 'X') =~ /^T/ } 10, "$pid to stop";
}

# Its worker's number in the log is its place among the workers.
sub number ($pid) { return proc_status($pid)->{Name} =~ /^sg-worker-(\d+)$/ ? $1 : die 'no worker' }

subtest 'One after the other, of three, none of which can be started again' => sub {
    my ($d) = relay(core => { workers => 3 }, plugins => [ '20-unruly' => { how => 'refuse', after => 3 } ],
        extra_plugins => [ SG::build_dir() . '/t/process/.libs/unruly.so' ]);
    my @workers = sort { number($a) <=> number($b) } $d->worker_pids;
    stop($workers[0]);
    my @clients = come($d);
    CORE::kill('KILL', $workers[0]);
    is served(@clients), 20, 'who waited for the first is served';
    like $d->log, qr/: worker 1 accepts for worker 0, until that is back$/m, 'by the next';
    $d->wait_log(qr/plugin 20-unruly does not start/);
    is served(come($d)), 20, 'so is who comes';

    stop($workers[1]);
    @clients = come($d);
    CORE::kill('KILL', $workers[1]);
    is served(@clients), 20, 'who waited for both is served by the last';
    is served(come($d)), 20, 'so is who comes';
    like $d->log, qr/: worker 2 accepts for worker $_,/m, "it stands in for worker $_" for 0, 1;

    stop($workers[2]);
    @clients = come($d);
    $d->term;
    $d->wait_log(qr/stopping/);
    CORE::kill('CONT', $workers[2]);
    is served(@clients), 20, 'at the end of the daemon the backlogs of the dead are served first';
    SG::Client->finish_all;
    is $d->wait_exit, 0, 'then it ends';
};

subtest 'One that is back serves its own' => sub {
    my ($d) = relay(core => { workers => 2 });
    my ($dead, $heir) = sort { number($a) <=> number($b) } $d->worker_pids;
    my $held = descriptors($heir);
    CORE::kill('KILL', $dead);
    $d->wait_log(qr/worker 1 accepts for worker 0/);
    SG::wait_for { (() = $d->worker_pids) == 2 && descriptors($heir) == $held } 10, 'the heir to hand back';
    pass 'the heir has handed back what it had of it';
    my ($back) = grep { $_ != $heir } $d->worker_pids;
    my @clients = come($d);
    is served(@clients), 20, 'all are served';
    cmp_ok scalar(SG::Process::clients_of($back, $d->port)), '>', 0, 'by both';
    SG::finish();
};
subtest 'Two of three stand still, and go on' => sub {
    my ($d) = relay(core => { workers => 3 }, env => { SG_STANDSTILL_MS => 36_000 * SG::patience() });
    my @workers = sort { number($a) <=> number($b) } $d->worker_pids;
    my @held = map { descriptors($_) } @workers;
    stop($workers[0]);
    my @clients = come($d);
    $d->wait_log(qr/: worker 1 accepts for worker 0,/, 30);
    is served(@clients), 20, 'who waited for the first is served';
    stop($workers[1]);
    @clients = come($d);
    $d->wait_log(qr/: worker 2 accepts for worker $_,/, 30) for 0, 1;
    is served(@clients), 20, 'who waited for its heir, too, by the last';
    unlike $d->log, qr/CRASH/, 'none of them has been ended';
    SG::Client->finish_all;
    CORE::kill('CONT', @workers[ 0, 1 ]);
    SG::wait_for { "@held" eq join ' ', map { descriptors($_) } @workers } 20, 'all to have what they had';
    is served(come($d)), 20, 'and all serve again';
    SG::finish();
};
done_testing;
