# The Redis kit and a Redis that goes, in each way that it can: every question ends, none is
# answered twice (that would be a crash of t/plugins/asker.c), the log says once that it
# is gone and once that it is back, and then it is asked again.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Asker;

need_redis();
my $redis = SG::Redis->start('enable-debug-command' => 'yes', 'busy-reply-threshold' => 10,
    'key-load-delay' => 500, 'loading-process-events-interval-bytes' => 1024);
my $daemon = asker(server => $redis->at, redis_timeout => '500ms');

sub downs () { return scalar(() = $daemon->log =~ /REDIS:DOWN/g) }
sub ups ()   { return scalar(() = $daemon->log =~ /REDIS:UP/g) }

# Questions until one is answered: the trial.
sub back ($title) {
    SG::wait_for { ask($daemon, 'incr.n') =~ /^answered/ } 10, 'Redis again';
    my ($down, $up) = (downs(), ups());
    is("$down $up", "$down $down", "$title: one line for each change");
    is(ask($daemon, 'ping'), 'answered text PONG', 'and it is asked again');
    return;
}

# The fault, and what is asked meanwhile; then it is down at once.
sub goes ($title, $reason, $fault, $question = 'incr.n') {
    my ($before, @found) = (downs());
    $fault->();
    SG::wait_for { push @found, ask($daemon, $question); downs() > $before } 10, 'REDIS:DOWN';
    like($found[-1], qr/^gone $reason/, "$title: the question is told that it is gone");
    is(scalar(grep { !/^(?:gone|answered)/ } @found), 0, 'and none anything else');
    like(join(' ', ask($daemon, 'incr.n', 'incr.n')), qr/^gone .*gone /, 'nobody waits for it any more');
    is(downs(), $before + 1, 'the log has it once');
    return;
}

is(ask($daemon, 'ping'), 'answered text PONG', 'at first it is there');

goes('stopped', 'Connection (?:refused|reset by peer)', sub { $redis->stop });
like($daemon->log, qr/REDIS:DOWN server=\Q${\$redis->at}\E, result=Connection (?:refused|reset by peer), plugin=\d+-asker/, 'with the reason');
$redis->again;
back('started, empty');
is($redis->cmd(GET => 'smtp-gated:n') > 0, 1, 'what is counted is there');

goes('standing still', 'does not answer in time', sub { $redis->signal('STOP') });
$redis->signal('CONT');
back('running again');

goes('a replica now', 'READONLY', sub { $redis->cmd(REPLICAOF => '127.0.0.1', 1) });
$redis->cmd(REPLICAOF => 'NO', 'ONE');
back('a master again');

$redis->cmd(CONFIG => 'SET', 'replica-serve-stale-data', 'no');
goes('a replica without its master', 'MASTERDOWN', sub { $redis->cmd(REPLICAOF => '127.0.0.1', 1) }, 'get.n');
$redis->cmd(REPLICAOF => 'NO', 'ONE');
back('on its own again');

goes('without memory', 'OOM', sub { $redis->cmd(CONFIG => 'SET', maxmemory => 1) });
$redis->cmd(CONFIG => 'SET', maxmemory => 0);
back('with memory');

my $busy;
goes('in a script that does not end', '(?:BUSY|does not answer in time)', sub {
    $busy = fork() // die "fork: $!";
    return if $busy;
    SG::Daemon::_die_with_parent();
    $redis->cmd(EVAL => 'while true do end', 0);
    POSIX::_exit(0);
});
SG::wait_for { $redis->cmd(SCRIPT => 'KILL') eq 'OK' } 10, 'the end of the script';
waitpid $busy, 0;
back('out of it');

$redis->cmd(DEBUG => 'POPULATE', 4000);
$redis->cmd('SAVE');
$redis->stop;
$redis->_spawn;
SG::wait_for { $redis->cmd('PING') =~ /LOADING/ } 10, 'LOADING';
like(ask($daemon, 'incr.n'), qr/^gone/, 'one that loads its data is not waited for');
SG::wait_for { $redis->answers } 30, 'its data';
back('with its data');

is(scalar(() = $daemon->log =~ /CRASH/g), 0, 'and nothing has crashed');

my $early = asker(server => '127.0.0.1:1');
like(ask($early, 'ping'), qr/^gone Connection refused/, 'a daemon starts without Redis');
SG::finish();
done_testing;
