# The Redis kit and a cluster: each question goes to the server that has its slot, also when
# slots move, and when a server dies.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Asker;
use SG::RedisCluster;

need_redis();
my ($status, $said) = takes(cluster => ['127.0.0.1:1'], database => 1);
like($said, qr/option 'database': found '1'; .*a cluster has only database 0/, 'another database is an error of the configuration');

my $cluster = SG::RedisCluster->start;
my $daemon = asker(cluster => [ $cluster->server(1)->at ]);
my @keys = map { "k$_" } 1 .. 40;
my %holder = map { $_ => ($cluster->holder("smtp-gated:$_"))[0] } @keys;
my %held = map { $_ => 1 } values %holder;
is(scalar keys %held, 3, 'there are keys for each server');

# Once the cluster has said who has what, nobody is asked in vain.
SG::wait_for { my $before = $cluster->moved; ask($daemon, map { "get.$_" } @keys); $cluster->moved == $before } 20, 'the map of the cluster';
my @found = ask($daemon, map { "incr.$_" } @keys);
is(scalar(grep { $_ eq 'answered integer 1' } @found), 40, 'one server was named, and all are asked');
is(scalar(grep { $cluster->server($holder{$_})->cmd(GET => "smtp-gated:$_") eq '1' } @keys), 40, 'each about its own keys');
like(ask($daemon, 'run.{one}a.x'), qr/^answered list text smtp-gated:\{one\}a integer 1/, 'scripts as well');
like(ask($daemon, 'cross.{one}b.{one}c'), qr/^answered list/, 'with several keys of one tag');
like(ask($daemon, 'cross.a.b'), qr/^wrong the keys of one question need one \{tag\}/, 'and not of two');

# A slot that moves.
my ($key) = grep { $holder{$_} == 1 } @keys;
my ($from, $to) = ($cluster->server(1), $cluster->server(2));
my $slot = ($cluster->holder("smtp-gated:$key"))[1];
$to->cmd(CLUSTER => SETSLOT => $slot, IMPORTING => $cluster->id(1));
$from->cmd(CLUSTER => SETSLOT => $slot, MIGRATING => $cluster->id(2));
is(ask($daemon, "incr.$key"), 'answered integer 2', 'while it moves, what is still there is asked there');
$from->cmd(MIGRATE => '127.0.0.1', $to->port, "smtp-gated:$key", 0, 5000);
is(ask($daemon, "incr.$key"), 'answered integer 3', 'what has gone is asked where it went (ASK)');
like($to->cmd(INFO => 'commandstats'), qr/cmdstat_asking/, 'by ASKING');
$_->cmd(CLUSTER => SETSLOT => $slot, NODE => $cluster->id(2)) for $to, $from;
is(ask($daemon, "incr.$key"), 'answered integer 4', 'and when it has moved, there (MOVED)');
my $before = $cluster->moved;
is(ask($daemon, "incr.$key"), 'answered integer 5', 'from then on');
is($cluster->moved, $before, 'without being told again');

# A server that dies: its keys only, until its replica has taken over.
my ($first) = grep { $holder{$_} == 0 } @keys;
my ($third) = grep { $holder{$_} == 2 } @keys;
$cluster->server(0)->stop;
is(ask($daemon, "incr.$third"), 'answered integer 2', 'what others have is asked on');
like(ask($daemon, "get.$first"), qr/^gone/, 'what it had is gone');
SG::wait_for { ask($daemon, "incr.$first") =~ /^answered/ } 60, 'the replica';
is($cluster->server(3)->cmd(GET => "smtp-gated:$first") > 1, 1, 'until another one has it');
is(scalar(() = $daemon->log =~ /REDIS:DOWN server=\Q${\$cluster->server(0)->at}\E/g), 1, 'the log has once who is gone');
is(ask($daemon, 'down'), 'it is up', 'and the cluster is there');
unlike($daemon->log, qr/CRASH|CROSSSLOT/, 'nothing crossed slots');
SG::finish();
done_testing;
