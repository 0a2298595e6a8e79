# A second TERM ends the sessions with 421.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d, $mta) = relay(core => { workers => 2 });
my @clients = map { SG::Client->connect($d->port)->hello } 1 .. 3;
$clients[2]->envelope;
$d->term;
$d->wait_log(qr/stopping, 3 sessions finish/);
like $clients[0]->cmd('NOOP'), qr/^250/, 'after one TERM sessions go on';
$d->term;
for my $c (@clients) {
    like scalar($c->reply), qr/^421 /, 'a session is told 421';
    ok $c->closed, 'and closed';
}
is $d->wait_exit, 0, 'the daemon exits with 0';
is scalar($mta->messages), 0, 'the message that was under way was not completed';
done_testing;
