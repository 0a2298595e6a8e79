# Standard error that nobody reads keeps nobody waiting: not a worker, not the master,
# not a plugin that prints.  What was not taken is counted.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;
use Fcntl ();
use Socket ();

# A pipe by its name, and a socket as service managers make it; who reads, and how the
# program comes to have it as descriptor 2.
sub a_pipe () {
    my $path = SG::tempdir() . '/pipe';
    POSIX::mkfifo($path, 0600) or die "$path: $!";
    sysopen(my $reader, $path, Fcntl::O_RDWR() | Fcntl::O_NONBLOCK()) or die "$path: $!";
    return ($reader, [ 'sh', '-c', 'exec 2>"$0"; exec "$@"', $path ]);
}

sub a_socket () {
    my $path = SG::tempdir() . '/socket';
    my $listener = IO::Socket::UNIX->new(Local => $path, Listen => 1) or die "$path: $!";
    my $becomes = 'use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(shift); '
        . 'open(STDERR, ">&", $s); exec { $ARGV[0] } @ARGV';
    return ($listener, [ $^X, '-e', $becomes, $path ]);
}

sub drained ($reader) {
    my $text = '';
    1 while sysread($reader, $text, 65536, length $text);
    return $text;
}

for my $kind ('pipe', 'socket') {
    subtest "a $kind" => sub {
        my ($reader, $wrap) = $kind eq 'pipe' ? a_pipe() : a_socket();
        my ($d) = relay(core => { workers => 1, log_helo => "yes" }, wrap => $wrap);
        if ($kind eq 'socket') {
            $reader = $reader->accept;
            $reader->blocking(0);
        }
        my $long = 'x' x 400;
        for my $round (1 .. 3) {    # each more than the buffers of a pipe or socket
            my $c = SG::Client->connect($d->port)->hello;
            my $answered = grep { $c->cmd("HELO $long$_") ne '' } 1 .. 400;
            is $answered, 400, "round $round of many log lines is answered";
        }
        $d->signal('HUP');
        $d->wait_ready('a reload');
        like +SG::Client->connect($d->port)->banner, qr/^220/, 'the master reloads';
        my $text = drained($reader);
        cmp_ok length $text, '>', 10_000, 'what found room is there';
        my @odd = grep { !/^\S+ smtp-gated\[\d+\]: / } split /\n/, $text;
        is_deeply \@odd, [], 'in whole lines';
        SG::Client->connect($d->port)->hello->quit;
        my $later = '';
        SG::wait_for { ($later .= drained($reader)) =~ /: CLOSE / } 10, 'a line';
        pass 'and when somebody reads again, lines come again';
        is $d->stop, 0, 'TERM ends it';
    };
}
done_testing;
