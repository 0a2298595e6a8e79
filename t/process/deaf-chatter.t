# Clients that send lines to be refused, and never read what they are told: what is owed
# to them stays small, because the next line waits until the last answer has gone.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use IO::Socket::IP;
use Socket qw(SOL_SOCKET SO_RCVBUF);
use SG;
use SG::Process;

plan skip_all => 'a sanitizer keeps what was freed' if $ENV{SG_SANITIZED};
my $clients = 20;
my ($d) = relay(core => { log_level => 'notice', max_refused => 0 });
my ($worker) = $d->worker_pids;

sub kilobytes () { return slurp("/proc/$worker/smaps_rollup") =~ /^Pss_Anon:\s+(\d+)/m ? $1 : 0 }

# Whose window is small, so that the kernel does not take the answers either.
sub deaf () {
    my $c = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $d->port,
        Sockopts => [ [ SOL_SOCKET, SO_RCVBUF, 4096 ] ]);
    my $greeting = readline $c;
    $c->blocking(0);
    return $c;
}

my @deaf = map { deaf() } 1 .. $clients;
my $before = kilobytes();
my $lines = "\x01\r\n" x 21_000;

# Until nothing more is taken of any: each has a full window then.
for my $c (@deaf) {
    my $sent = 0;
    while ($sent < 4 * length $lines) {
        my $n = syswrite($c, $lines);
        last if !defined $n;
        $sent += $n;
    }
}
my $live = SG::Client->connect($d->port)->hello;
like $live->cmd('NOOP'), qr/^250/, 'others are served';
my $grown = kilobytes() - $before;
note "$grown KB for $clients";
cmp_ok $grown, '<', $clients * 256, 'the worker keeps little for each of the deaf';
close $_ for @deaf;
$live->quit;
SG::wait_for { $d->status =~ /^Children: 0\//m } 10, 'the end of all sessions';
is $d->stop, 0, 'and all ends well';
done_testing;
