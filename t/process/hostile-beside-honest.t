# A hostile client does at once all that has a bound: 60,000 recipients, 300,000 commands to
# be refused, 300 messages half sent, 200 connections held for longer than session_lifetime, 12
# messages that keep scanners busy, more sessions than one client may have, of which the refused
# ones stay; and a thousand locks are over.  The worker's memory stays within 64 MB, and 500
# honest sessions beside it go on, at most at half their pace.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Time::HiRes qw(time);
use SG;
use SG::Crowd;
use SG::Hostile;
use SG::Process;

use constant { HONEST => 500, ROUNDS => 5, MOST_KB => 64 * 1024, LOCKS => 1000 };

plan skip_all => 'the memory of a worker is not its own under the sanitizers' if $ENV{SG_SANITIZED};
SG::Crowd->need(HONEST + 600);
my $crowd = SG::Crowd->start;
my $locks = SG::tempdir();
for (1 .. LOCKS) {
    my $name = sprintf '%s/198.18.%d.%d', $locks, $_ / 256, $_ % 256;
    SG::Conf::write_file($name, "CAUSE\n");
    utime time - 7200, time - 7200, $name;
}
sub locks () { return scalar(() = glob "$locks/*") }

# Scans on threads take the hostile client's messages long, and everybody else's no time.
my $hostile_only = '127.0.0.9';
my %threads = (at => ['end'], do => 'late');
my $d = SG::Daemon->start(
    core    => { workers => 1, log_level => 'notice', connect_queue => 4096, statefile_type => 'flat',
        session_lifetime => 10 * SG::patience() . 's' },
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $crowd->server_port },
        '20-limits'    => { local => 'yes', per_host => 700 },
        '30-lock-files' => { path => $locks, duration => '1h', sweep => '2s' },
        '60-av-clamd'  => { socket => $crowd->clamd, timeout => 5 * SG::patience() . 's' },
        '70-chaos'     => { %threads, only => [$hostile_only], after => '1s' },
        '71-chaos@b'   => { %threads, except => [$hostile_only], after => '0ms' },
    ]);
my ($worker) = $d->worker_pids;

# now (VmRSS), or the most it has been (VmHWM)
sub memory_kb ($which) { return (slurp("/proc/$worker/status") =~ /^$which:\s+(\d+)/m)[0] }

# Of so many rounds in which each honest session sends one message.
sub median_round () {
    my @seconds = map { my $begun = time; $crowd->wait_more(1, 1); time - $begun } 1 .. ROUNDS;
    return (sort { $a <=> $b } @seconds)[ ROUNDS / 2 ];
}

$crowd->open_brief(1, $d->port, HONEST);
$crowd->wait_busy(1, HONEST);
my $alone = median_round();
my $base = memory_kb('VmRSS');

my $hostile = SG::Hostile->start($d->port);
$hostile->wait_holding;
my $beside = median_round();
$hostile->wait_at_work;
my $most = memory_kb('VmHWM');
$hostile->stop;

note sprintf 'a message of each honest session: %.2f s alone, %.2f s beside it', $alone, $beside;
note sprintf 'memory of the worker: %d KB before, at most %d KB with it', $base, $most;
cmp_ok $most - $base, '<', MOST_KB, 'the worker keeps within its bounds';
cmp_ok $beside, '<=', 2 * $alone, 'honest sessions have at least half their pace';
my $count = $crowd->count(1);
is "$count->{lost} $count->{odd}", '0 0', 'none of them is lost, or told anything strange';
is_deeply [ $d->worker_pids ], [$worker], 'it is the same worker';
is locks(), 0, 'of the locks that were over none is left';
my %met = map { $_ => 1 } $d->status =~ /^counters\.(\w+): [1-9]/mg;
ok $met{$_}, "the hostile client has met a bound: $_"
    for qw(refused_recipients refused_commands refused_sessions sessions_expired rejects_host work_held);
my $lines = grep { !/src=127\.0\.0\.1\b/ } split /\n/, $d->log;
cmp_ok $lines, '<', SG::Hostile::REFUSED / 10, "the log has $lines lines that are not about honest sessions";
$crowd->finish(1);
my $book = $crowd->book;
is "@$book{qw(missing leaked doubled)}", '0 0 0', 'the server has what honest clients were told it has';
done_testing;
