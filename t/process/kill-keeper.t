# kill -9 of the keeper: sessions finish, a new generation serves.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d, $mta) = relay(core => { workers => 2 });
my ($keeper) = $d->keeper_pids;
my @workers = $d->worker_pids;
my $c = SG::Client->connect($d->port)->hello;
CORE::kill('KILL', $keeper);
$d->wait_log(qr/CRASH keeper=$keeper, generation=1, how=signal KILL/);
pass 'the log says so';
$d->wait_log(qr/generation 2 serves/);
like SG::Client->connect($d->port)->hello->quit, qr/^221/, 'a new keeper has workers that serve';
like $c->mail("Subject: x\r\n\r\ntext\r\n"), qr/^250/, 'a session of the old workers delivers its message';
is scalar(grep { alive($_) } @workers), 1, 'of them only its worker lives';
like $d->status, qr/^Children: 1\/2\/1\/0/m, 'and is counted';
like $c->quit, qr/^221/, 'when the session is over';
gone(@workers);
pass 'that ends, too';
like $d->status, qr/^Children: 0\//m, 'nothing leaks';
is scalar($mta->messages), 1, 'the message came';

my ($second) = $d->keeper_pids;
my ($orphan) = $d->worker_pids;
my $d2 = SG::Client->connect($d->port)->hello;
CORE::kill('KILL', $second, $d->worker_pids);
$d->wait_log(qr/generation 3 serves/);
SG::wait_for { $d->status =~ /^Children: 0\//m } 10, 'release';
pass 'a keeper that dies with its workers leaks nothing either';
is $d->stop, 0, 'the daemon ends well';
done_testing;
