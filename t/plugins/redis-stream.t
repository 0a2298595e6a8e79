# The Redis kit follows a stream: each entry comes once and in order, also to one that was
# away; and one who may have missed some is told so.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Asker;
use SG::RedisCluster;
use SG::Sentinels;

need_redis();
my $redis = SG::Redis->start;
my $key = 'smtp-gated:news';
$redis->cmd(XADD => $key, '*', n => 'old');
my $daemon = asker(server => $redis->at, follow => 'news');

sub entries ($of = $daemon) { return [ $of->log =~ /ASKER:ENTRY id=[\d-]+, count=2, name=n, value=(\w+)/g ] }
sub missed ($of = $daemon)  { return scalar(() = $of->log =~ /ASKER:MISSED/g) }
sub add (@values) { $redis->cmd(XADD => $key, '*', n => $_) for @values; return }

sub come ($last, $of = $daemon) {
    SG::wait_for { (entries($of)->[-1] // '') eq $last } 20, "entry $last";
    return;
}

sub away ($while) {
    my @workers = $daemon->worker_pids;
    kill 'STOP', @workers;
    $while->();
    kill 'CONT', @workers;
    return;
}

SG::wait_for { missed() == 1 } 20, 'the beginning';
add(1 .. 50);
come(50);
is_deeply(entries(), [ 1 .. 50 ], 'who follows begins with what is kept, and then gets each entry, in order');
is(missed(), 1, 'and has missed none');
is(ask($daemon, 'follows'), 'it follows', 'it is known that it follows');

away(sub {
    $redis->cmd(CLIENT => 'KILL', TYPE => 'normal');
    add(51 .. 60);
});
add(61);
come(61);
is_deeply(entries(), [ 1 .. 61 ], 'who was cut off gets what was added meanwhile');
is(missed(), 1, 'and has missed none');

away(sub {
    $redis->cmd(CLIENT => 'KILL', TYPE => 'normal');
    add(62, 63);
    $redis->cmd(XTRIM => $key, 'MAXLEN', 1);
});
SG::wait_for { missed() == 2 } 20, 'a second beginning';
add(64);
come(64);
is_deeply([ @{ entries() }[ 60 .. 61 ] ], [ 61, 64 ], 'who was away while the stream was cut is told so');

$redis->stop;
$redis->again;
SG::wait_for { missed() == 3 } 20, 'a third beginning';
add('new');
come('new');
pass('so is one whose Redis has forgotten all');

$redis->cmd(SET => $key, 'no stream');
$redis->cmd(CLIENT => 'KILL', TYPE => 'normal');
$daemon->wait_log(qr/REDIS:TYPE server=\S+, key=\Q$key\E, result=WRONGTYPE/);
$redis->cmd(DEL => $key);
add('again');
SG::wait_for { missed() == 4 } 20, 'a fourth beginning';
pass('a key that is no stream is said to be none, and looked at again');
like(ask($daemon, 'ping'), qr/^answered/, 'questions go on meanwhile');

subtest 'In a cluster it is followed where it is.' => sub {
    my $cluster = SG::RedisCluster->start;
    my ($holder) = $cluster->holder($key);
    my $far = asker(cluster => [ $cluster->server(($holder + 1) % 3)->at ], follow => 'news');
    SG::wait_for { missed($far) == 1 } 20, 'the beginning';
    $cluster->server($holder)->cmd(XADD => $key, '*', n => 'one');
    come('one', $far);
    pass('it comes');
};

subtest 'Behind Sentinels it is followed at the new master.' => sub {
    my $set = SG::Sentinels->start;
    my $watched = asker(sentinels => [ map { $_->at } $set->sentinels ], master => 'mymaster', follow => 'news');
    SG::wait_for { missed($watched) >= 1 } 20, 'the beginning';
    my ($first, $second) = $set->servers;
    $first->cmd(XADD => $key, '*', n => 'one');
    come('one', $watched);
    SG::wait_for { $second->cmd(XLEN => $key) == 1 } 20, 'replication';
    $first->stop;
    SG::wait_for { my $master = $set->master; $master && $master == $second } 60, 'a failover';
    SG::wait_for { ($second->role)[0] eq 'master' } 20, 'the new master';
    $second->cmd(XADD => $key, '*', n => 'two');
    come('two', $watched);
    is_deeply(entries($watched), [ 'one', 'two' ], 'without a gap');
    is(missed($watched), 1, 'which is known');
};
SG::finish();
done_testing;
