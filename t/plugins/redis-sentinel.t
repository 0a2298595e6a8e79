# The Redis kit behind Sentinels: three of them, a master, a replica, and a failover.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::IP;
use Test::More;
use SG;
use SG::Asker;
use SG::Sentinels;

need_redis();
my $set = SG::Sentinels->start(password => 'watcher1');
my @sentinels = map { $_->at } $set->sentinels;
my %options = (sentinels => \@sentinels, master => 'mymaster', sentinel_password => 'watcher1');

my ($status, $said) = takes(%options, sentinel_password => 'watcher2');
isnt($status, 0, 'a wrong password for the Sentinels is an error of the configuration');
like($said, qr/option 'sentinel_password': found '\(not shown\)'; .*the Sentinel at \S+ does not take us: WRONGPASS/, 'by name');
($status, $said) = takes(%options, master => 'nobody');
like($said, qr/option 'master': found 'nobody'; .*does not know it/, 'so is a master that they do not know');
($status, $said) = takes(%options, master => '');
like($said, qr/option 'sentinels': .*needs master besides/, 'and no master');
($status, $said) = takes(sentinels => ['localhost:26379'], master => 'x');
like($said, qr/option 'sentinels': .*'localhost:26379' is to be IP or IP:port; names are not looked up/, 'and a name of a host');
($status, $said) = takes(%options, server => '127.0.0.1:1');
like($said, qr/only one of server, sentinels and cluster may be set/, 'and a server besides');

my $daemon = asker(%options);
is(ask($daemon, 'incr.a'), 'answered integer 1', 'the master is found');
my ($first, $second) = $set->servers;
is($first->cmd(GET => 'smtp-gated:a'), 1, 'and is the one that counts');

# A Sentinel that is dead is passed over, one that stands still as well.
my $other = asker(%options, sentinels => [ '127.0.0.1:1', @sentinels ]);
is(ask($other, 'incr.a'), 'answered integer 2', 'a Sentinel that is not there is passed over');
($set->sentinels)[0]->signal('STOP');
$other = asker(%options);
is(ask($other, 'incr.a'), 'answered integer 3', 'so is one that stands still');
($set->sentinels)[0]->signal('CONT');

# One that is wrong: it names the replica.
sub false_sentinel ($port) {
    my $listener = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 16) or die "listen: $@";
    my $pid = fork() // die "fork: $!";
    return ('127.0.0.1:' . $listener->sockport, $pid) if $pid;
    SG::Daemon::_die_with_parent();
    while (1) {
        my $socket = $listener->accept or next;
        while (sysread $socket, my $asked, 4096) {
            syswrite $socket, "+PONG\r\n" if $asked =~ /PING/;
            syswrite $socket, "*2\r\n\$9\r\n127.0.0.1\r\n\$" . length($port) . "\r\n$port\r\n" if $asked =~ /MASTER/;
        }
    }
}
my ($false, $pid) = false_sentinel($second->port);
END { kill 'KILL', $pid if $pid }
my $misled = asker(%options, sentinels => [$false], sentinel_password => '');
like(ask($misled, 'get.a'), qr/^gone is not the master/, 'a server that is not the master is not asked, whatever a Sentinel says');
$misled->wait_log(qr/REDIS:DOWN server=\Q${\$second->at}\E, result=is not the master/);
kill 'KILL', $pid;
waitpid $pid, 0;
$pid = 0;

# Failover: the master dies.
$first->stop;
SG::wait_for { my $master = $set->master; $master && $master == $second } 60, 'a failover';
SG::wait_for { ask($daemon, 'incr.a') =~ /^answered/ } 30, 'the new master';
is(scalar(() = $daemon->log =~ /REDIS:DOWN/g), 1, 'the log has once that the old one is gone');
is(scalar(() = $daemon->log =~ /REDIS:UP server=\Q${\$second->at}\E/g), 1, 'and once that the new one is there');
cmp_ok($second->cmd(GET => 'smtp-gated:a'), '>=', 1, 'which counts on');

# The old one comes back, as the replica that it is then, and is left alone.
$first->again;
SG::wait_for { ($first->role)[0] eq 'slave' } 60, 'the old master as a replica';
my @found = map { ask($daemon, 'incr.a') } 1 .. 3;
is(scalar(grep { /^answered/ } @found), 3, 'nothing is asked of it');

# Roles change while both are up: nobody writes to a replica.
my $before = $first->calls('incr');
SG::wait_for {    # one that it gives up is ordered again
    my $master = $set->master;
    return 1 if $master && $master == $first;
    ($set->sentinels)[0]->cmd(SENTINEL => FAILOVER => 'mymaster');
    return 0;
} 90, 'the first one again';
SG::wait_for { ask($daemon, 'incr.a') =~ /^answered/ && $first->calls('incr') > $before } 30, 'the first one to be asked';
pass('it is asked again, when it is the master again');
unlike($daemon->log, qr/watcher1|CRASH/, 'and the log has no password');
SG::finish();
done_testing;
