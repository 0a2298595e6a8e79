# kill -9 of a worker costs its sessions only, is named in the log, and repaired.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2 });
# The kernel deals them out; that one worker gets none of so many does not happen.
my @clients = map { SG::Client->connect($d->port)->hello } 1 .. 24;
my ($victim) = $d->worker_pids;
CORE::kill('KILL', $victim);
my ($line, $lost) = $d->wait_log(qr/^(.*CRASH pid=$victim.*lost=(\d+))$/m);
like $line, qr/why=signal, signal=KILL, exit=0, hook=none, plugin=none, session=0, lost=/,
    'the log says how it ended and what it cost';
my @replies = map { $_->cmd('NOOP') } @clients;
my $kept = grep { /^250/ } @replies;
is scalar(grep { $_ eq '' } @replies), $lost, "exactly those sessions ended ($lost)";
is $kept + $lost, 24, "the others noticed nothing ($kept)";
ok $kept && $lost, 'there were both';

SG::wait_for { (() = $d->worker_pids) == 2 } 10, 'a new worker';
pass 'it is replaced';
like $d->status, qr/^Children: $kept\/\d+\/1\/0/m, 'the statefile counts the crash, and only living sessions';
my @new = map { SG::Client->connect($d->port) } 1 .. 20;
is scalar(grep { $_->banner =~ /^220/ } @new), 20, 'all who come are served';
done_testing;
