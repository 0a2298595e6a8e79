# Whatever the process that starts the daemon hands on, it serves as ever: signals that
# are ignored or blocked, descriptors, umask, timers, environment.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

# Becomes the program; descriptor 9 is a file that nobody told it of.
my $odd = SG::tempdir() . '/odd.pl';
SG::Conf::write_file($odd, <<'END');
use POSIX ();
$SIG{$_} = 'IGNORE' for qw(CHLD HUP USR1 TERM INT QUIT ALRM);
POSIX::sigprocmask(POSIX::SIG_SETMASK(), POSIX::SigSet->new(1 .. 30));
umask 0777;
open(my $file, '<', '/etc/hostname') && POSIX::dup2(fileno $file, 9);
@ENV{qw(IFS RES_OPTIONS TMPDIR MALLOC_PERTURB_ BASH_ENV PATH)} = ('x', 'attempts:9', '/nowhere', '9', '/x', '.');
$ENV{KEPT} = 'kept';
close STDIN;
alarm 3600;
exec { $ARGV[0] } @ARGV;
END
my ($d) = relay(core => { workers => 1 }, wrap => [ $^X, $odd ]);
my $client = SG::Client->connect($d->port);
like $client->banner, qr/^220/, 'it serves';

my $master = proc_status($d->pid);
is hex($master->{SigIgn}) & ~(1 << 12), 0, 'no signal is ignored, except SIGPIPE by ourselves';
my ($keeper) = $d->keeper_pids;
is hex(proc_status($keeper)->{SigIgn}) & (1 << 16), 0, 'by the keeper SIGCHLD neither';
is $master->{Umask}, '0022', 'the umask is the usual one';
my @environment = split /\0/, slurp('/proc/' . $keeper . '/environ');
is_deeply [ grep { /^(?:IFS|RES_OPTIONS|TMPDIR|MALLOC_PERTURB_|BASH_ENV)=/ } @environment ], [],
    'what would bend libraries and shells is gone from the environment';
is_deeply [ grep { /^KEPT=/ } @environment ], ['KEPT=kept'], 'the rest stays';
like +(join "\n", @environment), qr{^PATH=/usr/local/sbin:}m, 'a relative PATH became a usual one';
is readlink('/proc/' . $d->pid . '/fd/0'), '/dev/null', 'a closed standard descriptor leads nowhere';
for my $pid ($d->pid, $d->session_pids) {
    is_deeply [ grep { (readlink // '') eq '/etc/hostname' } glob("/proc/$pid/fd/*") ], [],
        "process $pid holds no descriptor that nobody told it of";
}

my ($worker) = $d->worker_pids;
CORE::kill('KILL', $worker);
$d->wait_log(qr/CRASH pid=$worker/);
SG::wait_for { (grep { $_ != $worker } $d->worker_pids) == 1 } 10, 'a new worker';
like +SG::Client->connect($d->port)->banner, qr/^220/, 'a killed worker is replaced';
$d->hup;
like +SG::Client->connect($d->port)->banner, qr/^220/, 'HUP reloads';
is $d->stop, 0, 'TERM ends it';
done_testing;
