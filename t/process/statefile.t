# The statefile has 1.4's formats.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX ();
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { statefile_perm => '0640' });
my $c = SG::Client->connect($d->port)->hello;
my $time = qr/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/;

my $never = quotemeta POSIX::strftime('%c', localtime 0);

my $human = $d->status;
like $human, qr/\A
    Version:\ {6}\d\S*\n
    Compile\ date:\ \S.*\n
    Dump\ time:\ {4}$time\n
    Start\ time:\ {3}$time\n
    Restart\ time:\ $time\n
    Last\ crash:\ {3}$never\n
    Last\ BUG:\ {5}$never\n
    Uptime:\ {3}0d\ 0h\ \d+m\ \d+s\n
    Resource:\ \d+\/\d+\/\d+\/\d+\ \(maxrss\/ixrss\/idrss\/isrss\)\n
    Children:\ 1\/1\/0\/0\ \(current\/max\/crashed\/bugs\)\n
    Found:\ {4}0\/0\/0\/0\/0\/0\ \(viruses\/spam\/no-auth\/spf\/regex\/earlytalk\)\n
    Requests:\ 1\/0\/0\ \(total\/direct\/empty\)\n
    Rejects:\ \ 0\/0\/0\/0\/0\/0\/0\ \(host\/ident\/lock\/dnsbl\/rate\/ratelimit\/other\)\n
    Errors:\ {3}0\ \(pipeline\)\n
    Auth:\ {5}0\/0\ \(accepted\/rejected\)\n
    Plugins:\ \ 0\/0\ \(quarantined\/quarantines\)\n
    (?:Counter:\ \ \d+\ \(\w+\)\n)+
    \n/x, 'human: every line at its place';
my ($number) = $d->log =~ /\[(\d+)\]: NEW /;
my ($header, @rows) = split /\n/, $human =~ s/\A.*?\n\n//sr;
is $header, '  slot pid            state    flags time  source          target          trns   cli_rx   srv_rx    kbps ident',
    'the header of the slots';
is scalar(@rows), 1, 'one row per session';
like $rows[0], qr/^     0 $number helo     [aA.]     0\d:\d\d 127\.0\.0\.1       127\.0\.0\.1          0 [ \d]{8} [ \d]{8} [ \d]{5}\.\d $/,
    'in its columns, with the number of the session where the pid was';
is sprintf('%o', (stat $d->dir . '/state')[2] & 0777), '640', 'statefile_perm is obeyed';
ok !-e $d->dir . '/state.tmp', 'nothing temporary is left';

SKIP: {
    skip 'needs root', 2 if $>;
    $d->configure(core => { statefile_group => 'nogroup' });
    $d->hup;
    $d->status;
    is +(stat $d->dir . '/state')[5], scalar getgrnam('nogroup'), 'statefile_group may read it';
    $d->configure(core => { statefile_group => '4242' });
    $d->hup;
    $d->status;
    is +(stat $d->dir . '/state')[5], 4242, 'a number as well';
}
$d->configure(core => { statefile_type => 'human' });
$d->hup;
like $d->status, qr/^\s+slot pid .*ident\n\z/m, 'human without slots has the header only';

$d->configure(core => { statefile_type => 'flat+slots' });
$d->hup;
my @keys = $d->status =~ /^([\w.]+): /mg;
is "@keys", 'version time.dump.unix time.dump.string time.start.unix time.start.string time.restart.unix '
    . 'time.restart.string uptime.ticks uptime.string Resource children.current children.max children.crashes '
    . 'children.crash_last children.bugs children.bug_last found.viruses found.spams found.noauths found.spf '
    . 'found.regex found.earlytalk requests.total requests.direct requests.empty rejects.host rejects.ident '
    . 'rejects.lock rejects.dnsbl rejects.rate rejects.ratelimit rejects.other errors.pipeline auth.accepts '
    . 'auth.rejects plugins.quarantined plugins.quarantines '
    . join('', map { /^COUNTER\((\w+)/ ? "counters.$1 " : () } split /\n/, slurp(SG::src_dir() . '/daemon/base/counters.def'))
    . 'slot.0.pid slot.0.start.unix slot.0.start.string slot.0.state slot.0.src.ip slot.0.flags',
    'flat: every key in its order';
$d->configure(core => { statefile_type => 'flat' });
$d->hup;
unlike $d->status, qr/^slot/m, 'flat without slots';
done_testing;
