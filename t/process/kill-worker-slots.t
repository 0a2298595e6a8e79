# The slots of a killed worker are free again: max_connections is not used up.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 1, max_connections => 3 });
for my $turn (1 .. 3) {
    my @clients = map { SG::Client->connect($d->port) } 1 .. 3;
    is scalar(grep { $_->banner =~ /^220/ } @clients), 3, "turn $turn: three sessions";
    like SG::Client->connect($d->port)->line, qr/^421 /, 'the fourth is refused';
    my ($worker) = $d->worker_pids;
    CORE::kill('KILL', $worker);
    $d->wait_log(qr/CRASH pid=$worker.*lost=3/);
    SG::wait_for { my ($w) = $d->worker_pids; $w && $w != $worker } 10, 'a new worker';
}
done_testing;
