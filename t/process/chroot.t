# chroot: sessions are served inside, the log still works, statefile and pidfile are outside.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
my $jail = SG::tempdir();
mkdir "$jail/spool";
chmod 0777, "$jail/spool";
my ($d, $mta) = relay(core => { chroot_path => $jail, set_user => 'nobody', spool_path => '/spool' },
    env => { asan('detect_leaks=0') });    # which would need /proc
for my $pid ($d->session_pids) {
    is readlink("/proc/$pid/root"), $jail, proc_status($pid)->{Name} . ' is confined';
    is readlink("/proc/$pid/cwd"), $jail, 'and stands inside';
}
is readlink('/proc/' . $d->pid . '/root'), '/', 'the master is not';
my $c = SG::Client->connect($d->port)->hello;
like $c->mail("Subject: x\r\n\r\ntext\r\n"), qr/^250/, 'a message passes';
$d->wait_log(qr/NEW /);
pass 'the log has lines from inside';
like $d->status, qr/^Children: 1/m, 'the statefile is written';
my ($worker) = $d->worker_pids;
CORE::kill('KILL', $worker);
SG::wait_for { my ($w) = $d->worker_pids; $w && $w != $worker } 10, 'a new worker';
like SG::Client->connect($d->port)->banner, qr/^220/, 'a worker started later serves, too';
$d->hup;
like SG::Client->connect($d->port)->banner, qr/^220/, 'and one after a reload';
done_testing;
