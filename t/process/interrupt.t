# INT ends the daemon at once.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2 });
my @clients = map { SG::Client->connect($d->port)->hello } 1 .. 3;
my @family = $d->session_pids;
$d->signal('INT');
is $d->wait_exit, 0, 'it exits with 0, sessions or not';
ok $_->closed, 'a session is closed' for @clients;
gone(@family);
pass 'nothing is left';
done_testing;
