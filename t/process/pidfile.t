# The pidfile: one daemon, and a stale file is no daemon.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay();
my $file = $d->dir . '/pid';
is slurp($file), $d->pid . "\n", 'it has the pid of the master';
is sprintf('%o', (stat $file)[2] & 0777), '664', 'and mode 0664';

my ($status, $out, $err) = command($d->conf);
is $status, 1, 'a second daemon is refused';
like $err, qr/runs already, as process @{[$d->pid]}; -r reloads it, -K ends it/, 'with a sentence';
is slurp($file), $d->pid . "\n", 'the pidfile of the first one stays';
like SG::Client->connect($d->port)->banner, qr/^220/, 'and it serves';

my @family = $d->session_pids;
$d->{may_fail} = 1;
$d->kill;
$d->wait_exit;
ok -e $file, 'a killed daemon leaves its pidfile';
gone(@family);
is +(command('-K', $d->conf))[0], 1, 'which nobody takes for a daemon';
my $e = SG::Daemon->start(core => { pidfile => $file });
is slurp($file), $e->pid . "\n", 'and the next one replaces';
$e->stop;
ok !-e $file, 'at the end it is removed';
done_testing;
