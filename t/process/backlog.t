# Who waits in a backlog is served, whatever becomes of the worker that did not
# come to it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2 });

# Clients that the kernel has let in, and no worker has.
sub waiting (@workers) {
    CORE::kill('STOP', @workers);
    # one that was just killed may still be there, dead
    SG::wait_for { !grep { (proc_status($_)->{State} // 'X') !~ /^[TtZX]/ } @workers } 10, 'the workers to stop';
    return map { SG::Client->connect($d->port) } 1 .. 10;
}

sub served (@clients) { return scalar grep { $_->banner =~ /^220/ } @clients }

my @stopped = $d->worker_pids;
my @clients = waiting(@stopped);
$d->hup;
is served(@clients), 10, 'a reload: the new generation serves those who waited for the old one';
CORE::kill('CONT', @stopped);
gone(@stopped);

@stopped = $d->worker_pids;
@clients = waiting(@stopped);
CORE::kill('KILL', @stopped);
is served(@clients), 10, 'workers killed: their successors serve them';

my ($keeper) = $d->keeper_pids;
@stopped = $d->worker_pids;
@clients = waiting(@stopped);
CORE::kill('KILL', $keeper, @stopped);
is served(@clients), 10, 'a keeper killed with its workers: the next generation serves them';

@stopped = $d->worker_pids;
@clients = waiting(@stopped);
$d->term;
$d->wait_log(qr/stopping/);
CORE::kill('CONT', @stopped);
is served(@clients), 10, 'TERM: the backlog is served before the listener is closed';
like $_->quit, qr/^221/, 'to the end of the session' for @clients;
is $d->wait_exit, 0, 'then the daemon ends';
done_testing;
