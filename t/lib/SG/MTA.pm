# The toy MTA, seen from the test: a process of its own that plays an ESMTP
# server by a script and writes down all it sees.  SG::MTA::Server is that
# process, SG::MTA::Session the protocol; here is the handle and the script.
#
#   host      127.0.0.1
#   banner    '220 mta.test ESMTP ready'; "220-a\n220 b" for several lines
#   ehlo      the keyword lines; without => [words] takes some out, with => […] adds
#   reply     VERB => reply.  VERBs are those of SMTP, and BANNER, DOT (the answer to
#             the end of DATA), LAST (to BDAT … LAST), UNKNOWN.  A reply is
#             text ("550 no", lines by "\n"), \"raw bytes", [several, in turn, the
#             last for good], sub ($session, $line) { reply }, or undef: silence
#   refuse    pattern of recipients to answer 550
#   lenient   take any look-alike (LF.LF, CR.CR, …) for the end of data
#   users     name => password, for AUTH PLAIN and LOGIN
#   fault     stage => what.  Stages are lower-case verbs, and accept, banner, body
#             (the first byte of one), dot, last, chunk.  What: close, reset, hang
#             (reads, says nothing more), deaf (does not even read), die (the
#             whole server, with RST), garbage, half (of a reply, then nothing),
#             half-close, or \"raw bytes" in the place of the reply
#   cut       pieces of replies: 'random', 1; else as the dialogue runs
#   tunnel    after STARTTLS: 'echo' (default), 'silent'
#   push      bytes sent right behind the 220 of STARTTLS
#   holds     [VERB, …] held from the beginning, see hold()
package SG::MTA;
use v5.36;
use Carp ();
use IO::Socket::IP;
use POSIX ();
use Socket qw(AF_UNIX SOCK_STREAM PF_UNSPEC);
use Storable ();
use SG::MTA::Server;
use SG::Pieces;

my @running;

sub start ($class, %script) {
    $script{cut} = $SG::Pieces::CUT if !exists $script{cut};
    my $listener = IO::Socket::IP->new(
        LocalHost => $script{host} // '127.0.0.1',
        LocalPort => $script{port} // 0, Listen => 128, ReuseAddr => 1,
    ) or Carp::croak("listen: $@");
    socketpair(my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or Carp::croak("pair: $!");
    SG::Pieces::seed();
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        # While we held another's control, it would not see the test close it.
        CORE::close($_) for $ours, map { $_->{control} // () } @running;
        eval { SG::MTA::Server->new(\%script, $listener, $theirs)->run; 1 }
            or print STDERR "toy MTA: $@";
        POSIX::_exit(0);
    }
    my $self = bless { pid => $pid, control => $ours, port => $listener->sockport }, $class;
    push @running, $self;
    return $self;
}

sub port ($self) { return $self->{port} }
sub pid ($self)  { return $self->{pid} }

# One question to the process, one answer.
sub _ask ($self, $what, @arguments) {
    SG::MTA::Server::put($self->{control}, [ $what, @arguments ]);
    my $answer = SG::MTA::Server::get($self->{control}) // Carp::croak('the toy MTA is gone');
    Carp::croak("toy MTA: $$answer") if ref($answer) eq 'SCALAR';
    return $answer;
}

# All sessions so far, each a hash: raw (all bytes from the peer), commands,
# messages, helo, user, xclient, tunnel, peer, peerport, end (why it is over;
# undef while it is not: 'quit', 'peer eof', 'peer reset', or the fault's name).
sub sessions ($self) { return @{ $self->_ask('sessions') } }
sub session ($self, $i = 0) { return ($self->sessions)[$i] }

# All messages whose end was seen, each a hash: from, rcpts, mail_line, rcpt_lines,
# how (DATA, BDAT), body (unstuffed), raw (on the wire), chunks, code, session.
sub messages ($self) { return map { @{ $_->{messages} } } $self->sessions }

# How many bytes, commands and messages each session has: cheap to poll.
sub summary ($self) { return @{ $self->_ask('summary') } }

# Withholds the replies to a verb, and all behind them, until release().  READ:
# stops reading from the peers; ACCEPT: stops accepting.
sub hold ($self, @verbs)    { return $self->_ask('hold',    @verbs) }
sub release ($self, @verbs) { return $self->_ask('release', @verbs) }

# Says bytes out of turn in session i; ends session i: 'close', 'reset', 'shut'.
sub say ($self, $bytes, $i = 0) { return $self->_ask('say', $i, $bytes) }    ## no critic
sub hangup ($self, $how = 'close', $i = 0) { return $self->_ask('hangup', $i, $how) }

# Changes the script for what comes: $mta->script(reply => {…}).
sub script ($self, %change) { return $self->_ask('script', \%change) }

# Waits until session i has received a command that matches.
sub wait_command ($self, $pattern, $i = 0, $seconds = 10) {
    my $seen = eval {
        SG::wait_for { my $s = ($self->summary)[$i]; $s && grep { /$pattern/ } @{ $s->{commands} } }
            $seconds;
    };
    return 1 if $seen;
    Carp::croak("the MTA never got $pattern, but: " . $self->_seen);
}

# Waits until session i is over and returns why.
sub wait_end ($self, $i = 0, $seconds = 10) {
    my $end = eval { SG::wait_for { my $s = ($self->summary)[$i]; $s && $s->{end} } $seconds };
    return $end // Carp::croak("session $i at the MTA never ended: " . $self->_seen);
}

# Waits until the sum of messages completed is n, and returns them.
sub wait_messages ($self, $n = 1, $seconds = 10) {
    my $count = sub { my $sum = 0; $sum += $_->{messages} for $self->summary; return $sum };
    eval { SG::wait_for { $count->() >= $n } $seconds; 1 }
        or Carp::croak("not $n messages at the MTA: " . $self->_seen);
    return $self->messages;
}

sub wait_sessions ($self, $n = 1, $seconds = 10) {
    eval { SG::wait_for { $self->summary >= $n } $seconds; 1 }
        or Carp::croak("not $n sessions at the MTA: " . $self->_seen);
    return;
}

sub _seen ($self) {
    return join('; ', map { "[@{ $_->{commands} }] $_->{bytes} bytes, end " . ($_->{end} // '-') }
            $self->summary);
}

# Ends the process.
sub stop ($self) {
    return if !$self->{control};
    CORE::close(delete $self->{control});
    waitpid($self->{pid}, 0);
    return;
}

sub finish_all ($class) { $_->stop for splice @running; return }

END { my $status = $?; SG::MTA->finish_all; $? = $status }

1;
