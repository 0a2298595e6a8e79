# A worker's memory never becomes a core file, unless the administrator asks for them.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
plan skip_all => 'the leak checker needs to trace, so it stays dumpable'
    if `nm @{[SG::build_dir()]}/smtp-gated-session` =~ /__asan_init/;
sub dumpable ($pid) { return (stat "/proc/$pid/mem")[4] == (getpwnam 'nobody')[2] }

my ($d) = relay(core => { set_user => 'nobody' });
ok !dumpable($_), 'not dumpable: ' . proc_status($_)->{Name} for $d->session_pids;
$d->configure(core => { limit_core_size => '10M' });
$d->hup;
$d->wait_log(qr/generation 2 serves/);
SG::wait_for { (() = $d->keeper_pids) == 1 } 10, 'the old generation to end';
ok dumpable($_), 'limit_core_size = 10M: dumpable: ' . proc_status($_)->{Name} for $d->session_pids;
like slurp('/proc/' . ($d->worker_pids)[0] . '/limits'), qr/^Max core file size +10485760 /m, 'up to that size';
done_testing;
