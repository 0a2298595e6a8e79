# The service manager hears READY, RELOADING, STOPPING and signs of life.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(env => { WATCHDOG_USEC => 400_000 });
SG::wait_for { (() = $d->notified =~ /^WATCHDOG=1$/mg) >= 3 } 10, 'signs of life';
pass 'WATCHDOG=1 comes again and again';
like $d->notified, qr/^STATUS=generation 1, 1 workers, 0 sessions$/m, 'with a status';

$d->hup;
$d->wait_log(qr/generation 2 serves/);
$d->hup(wait => 0);
SG::wait_for { $d->notified =~ /RELOADING=1\nMONOTONIC_USEC=\d+\n.*READY=1\nMAINPID=@{[$d->pid]}\n/s } 10, 'RELOADING=1';
pass 'a reload is RELOADING=1 with its time, then READY=1';
my ($usec) = $d->notified =~ /MONOTONIC_USEC=(\d+)/;
my ($uptime) = slurp('/proc/uptime') =~ /^(\S+)/;
ok $usec / 1e6 > 0 && $usec / 1e6 <= $uptime + 1, 'which is of the monotonic clock';

my $c = SG::Client->connect($d->port)->hello;
$d->term;
SG::wait_for { $d->notified =~ /^STOPPING=1$/m } 10, 'STOPPING=1';
pass 'TERM is STOPPING=1';
$c->quit;
is $d->wait_exit, 0, 'and the end';
done_testing;
