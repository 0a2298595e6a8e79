# The clock is set back an hour while the daemon runs.  Timeouts know another clock; a lock
# stays until the clock has come to its end again; nothing took less than no time.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Stress::Clock;

plan skip_all => 'a sanitizer wants to be loaded first' if $ENV{SG_SANITIZED};
my $mta = SG::MTA->start;
my $clock = SG::Stress::Clock->new;
my $locks = SG::tempdir();
chmod 0777, $locks;
my $d = SG::Daemon->start(
    env     => { $clock->environment },
    core    => { timeout_idle => 2 * SG::patience() },
    extra_plugins => [ SG::verdict_plugin() ],
    plugins => [
        '10-nat-fixed'  => { server => '127.0.0.1', port => $mta->port },
        '30-lock-files' => { path => $locks, local => 'yes', duration => '30m' },
        '60-verdict'    => { end => 'reject if evil', event => 'virus' },
    ]);

sub hours_in_log () { return map { $_ => 1 } $d->log =~ /^\d{4}-\d\d-\d\dT(\d\d):/mg }
sub banner () { return SG::Client->connect($d->port)->banner }

my $idle = SG::Client->connect($d->port)->hello;
my $busy = SG::Client->connect($d->port)->hello;
my $sinner = SG::Client->connect($d->port)->hello;
like $sinner->mail("Subject: x\r\n\r\nevil\r\n"), qr/^550 /, 'a find makes a lock';
like banner(), qr/^421 .*locked out/, 'which is minded';
my %before = hours_in_log();

$clock->set(-3600);
like $busy->cmd('NOOP'), qr/^250/, 'a session goes on';
like banner(), qr/^421 .*locked out/, 'the lock holds when its clock is an hour behind it';
$busy->quit;
like $idle->reply, qr/^421 /, 'who is idle is told after timeout_idle, not an hour later';
$d->wait_log(qr/CLOSE by=timeout.* time=0,/);
unlike $d->log, qr/time=-/, 'no session took less than no time';
like $d->status, qr/^Uptime:\s+0d 0h 0m 0s$/m, 'nor is the daemon younger than that';
my %after = hours_in_log();
cmp_ok keys %after, '>', keys %before, 'the log has the time that the clock has';

$clock->set(1800 + 60);
like banner(), qr/^220 /, 'when the clock is past its end, the lock is gone';
my $last = SG::Client->connect($d->port)->hello;
$clock->set(0);
$last->quit;
is $d->stop, 0, 'and all ends well';
done_testing;
