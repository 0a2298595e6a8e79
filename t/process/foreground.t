# -f means the foreground and nothing else: the log goes where log_target says, with
# facility and priority, and the session's number where tools look for it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;
use IO::Socket::UNIX;

# The daemon with /dev/log and the journal's socket of our own, in a mount namespace.
SG::need_root();
SG::need('unshare', 'mount');
my $dir = SG::tempdir();
mkdir "$dir/$_" for qw(dev journal);
my %socket = map {
    my $s = IO::Socket::UNIX->new(Type => Socket::SOCK_DGRAM(), Local => "$dir/$_") or die "$_: $!";
    chmod 0666, "$dir/$_";
    $s->blocking(0);
    $s->sockopt(Socket::SO_RCVBUF(), 4 << 20);
    ($_ => $s);
} 'log', 'journal/socket';
SG::Conf::write_file("$dir/start", <<"END");
mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/journal &&
touch /run/systemd/journal/socket && mount --bind $dir/journal/socket /run/systemd/journal/socket &&
mount -t tmpfs none /mnt && touch /mnt/null && mount --bind /dev/null /mnt/null && mknod /mnt/zero c 1 5 &&
mount --bind /mnt /dev && ln -s $dir/log /dev/log && exec "\$@"
END
my @wrap = ('unshare', '-m', 'sh', "$dir/start");

sub heard ($socket, $what) {
    my ($all, $text) = ('');
    SG::wait_for {
        $all .= "$text\n" while defined $socket{$socket}->recv($text, 65536) && length $text;
        $all =~ $what
    } 10, "$what";
    return $all;
}

my ($d) = relay(core => { log_target => 'syslog', log_facility => 'mail' }, wrap => \@wrap);
my $said = heard('log', qr/generation 1 serves/);
like $said, qr/^<21>\w{3} .* smtp-gated\[@{[$d->pid]}\]: generation 1 serves/m,
    'syslog gets facility mail, priority notice, the pid where no session speaks';
SG::Client->connect($d->port)->hello->quit;
$said = heard('log', qr/CLOSE/);
like $said, qr/^<\d+>.* smtp-gated\[\d{3,}\]: NEW /m, 'and the number of a session in its place';
unlike $d->log, qr/generation|NEW/, 'nothing of that goes to standard error';

$d->configure(core => { log_target => 'journal', log_facility => 'local3' });
$d->hup;
SG::Client->connect($d->port)->hello->quit;
$said = heard('journal/socket', qr/EVENT=CLOSE/);
like $said, qr/^SYSLOG_FACILITY=19$/m, 'the journal gets the facility';
like $said, qr/^SYSLOG_PID=(\d+)\nSMTP_GATED_SESSION=\1$(?:(?!^PRIORITY).)*^SMTP_GATED_EVENT=NEW$/ms,
    'and the number of the session where a tool looks for the pid';
$d->stop;

# Standard error of a service: a stream to the journal, which JOURNAL_STREAM names.
my $listener = IO::Socket::UNIX->new(Local => "$dir/stream", Listen => 1);
my $becomes = 'use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(shift); open(STDERR, ">&", $s); '
    . '$ENV{JOURNAL_STREAM} = join ":", (stat STDERR)[0, 1]; exec { $ARGV[0] } @ARGV';
($d) = relay(wrap => [ $^X, '-e', $becomes, "$dir/stream" ], core => { log_target => 'stderr' });
my $stream = $listener->accept;
$stream->blocking(0);
SG::Client->connect($d->port)->hello->quit;
my $text = '';
SG::wait_for { 1 while sysread($stream, $text, 65536, length $text); $text =~ /CLOSE/ } 10, 'the log';
like $text, qr/^<5>smtp-gated\[@{[$d->pid]}\]: generation 1 serves/m,
    'a stream to the journal begins each line with its priority, and leaves the time to the journal';
is_deeply [ grep { !/^<[0-7]>smtp-gated\[\d+\]: / } split /\n/, $text ], [], 'each line';
done_testing;
