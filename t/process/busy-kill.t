# kill -9 of a worker with 2000 busy sessions: its own are lost, the clients of the
# other notice nothing.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Crowd;
use SG::Process;

my $sessions = 2000;
SG::Crowd->need($sessions);
my $crowd = SG::Crowd->start;
my $d = SG::Daemon->start(
    core    => { workers => 2, log_level => 'notice', connect_queue => 4096 },
    plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $crowd->server_port } ]);

$crowd->open(1, $d->port, $sessions);
$crowd->wait_busy(1, $sessions);
my ($victim, $other) = $d->worker_pids;
my @its = clients_of($victim, $d->port);
my @others = clients_of($other, $d->port);
is @its + @others, $sessions, 'two workers share ' . @its . ' and ' . @others . ' sessions';
CORE::kill('KILL', $victim);
$crowd->wait_count(1, 'sessions lost', sub ($c) { $c->{lost} >= @its });
$crowd->wait_more(2, 1);
is_deeply [sort { $a <=> $b } $crowd->lost(1)], \@its, 'exactly the sessions of the killed worker are lost';
is_deeply [sort { $a <=> $b } $crowd->ports(1)], \@others, 'the others go on sending';
is $crowd->count(1)->{odd}, 0, 'and are told nothing strange';
$d->wait_log(qr/CRASH pid=$victim, why=signal, signal=KILL, .*lost=${\ scalar @its}$/m);
pass 'the log says what it cost';

my ($successor) = SG::wait_for { my @new = grep { $_ != $other } $d->worker_pids; @new && $new[0] } 10, 'a successor';
$crowd->open(2, $d->port, 500);
$crowd->wait_busy(2, 500);
is $crowd->count(2)->{lost}, 0, 'new sessions are served';
cmp_ok scalar(() = clients_of($successor, $d->port)), '>', 0, 'also by the successor';
my $now = 500 + @others;
like $d->status, qr/^Children: $now\/\d+\/1\/0/m, 'the statefile counts those that live, and the crash';

$crowd->finish(1, 2);
$crowd->honest;
is $crowd->count(1)->{quit}, @others, 'who was not lost comes to the end';
SG::wait_for { $d->status =~ /^Children: 0\//m } 10, 'the end of all sessions';
pass 'no slot is left taken';
done_testing;
