# A clamd that hangs, closes or talks nonsense, with 2000 busy sessions: whose
# messages it should scan are told to come again, and nobody else notices.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Crowd;

my ($scanned, $not) = (1000, 1000);
SG::Crowd->need($scanned + $not);
my $crowd = SG::Crowd->start;
my $d = SG::Daemon->start(
    core    => { workers => 2, log_level => 'notice', connect_queue => 4096 },
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $crowd->server_port },
        '60-av-clamd'  => { socket => $crowd->clamd, keep => 0, except => ['127.0.0.2'],
            timeout => 5 * SG::patience() . 's' },
    ]);
my @workers = $d->worker_pids;
$crowd->open(1, $d->port, $scanned);
$crowd->open(2, $d->port, $not);
$crowd->wait_busy(1, $scanned);
$crowd->wait_busy(2, $not);
$crowd->wait_more(1, 1, 2);
is $crowd->count(1)->{later}, 0, 'with a clamd that is well, all messages are taken';

for my $way (qw(hang close nonsense)) {
    $crowd->scanner($way);
    $crowd->wait_more(1, 1, 2);
    my $count = $crowd->count(1);
    is $count->{taken}, 0, "$way: no message is taken that was not scanned";
    cmp_ok $count->{later}, '>=', $scanned, "$way: each client is told to come again";
    is $crowd->count(2)->{later}, 0, "$way: who is not scanned does not notice";
}
$crowd->scanner('clean');
$crowd->wait_more(1, 1, 2);
is $crowd->count(1)->{later}, 0, 'when clamd is well again, all messages are taken';

$crowd->finish(1, 2);
$crowd->honest;
for my $group (1, 2) {
    my $count = $crowd->count($group);
    is "$count->{lost} $count->{odd}", '0 0', "no session of group $group ended unasked or was told anything strange";
}
is_deeply [sort $d->worker_pids], [sort @workers], 'nor have the workers';
SG::wait_for { $d->status =~ /^Children: 0\/\d+\/0\/0/m } 10, 'the end of all sessions';
pass 'all slots are free';
done_testing;
