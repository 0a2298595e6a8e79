# One hostile client: a process that does at once all that may cost a worker memory, time
# or log without being honest, until it is told to stop.  It reads its answers, so that
# nothing but the daemon's own bounds holds it back.
package SG::Hostile;
use v5.36;
use Carp ();
use IO::Socket::IP;
use POSIX ();
use Socket ();
use SG;

use constant {
    RECIPIENTS => 60_000,     # of one mail
    REFUSED    => 300_000,    # commands
    HALF_SENT  => 300,        # messages of which the end never comes
    HELD       => 200,        # connections that say nothing
    SLOW       => 12,         # messages that take a scanner long
    REFUSED_SESSIONS => 100,  # connections beyond what one client may have, which stay
    LETTER     => 300_000,    # bytes of such a message
    AT_ONCE    => 200,        # commands in a packet
};

my @running;

sub start ($class, $port) {
    my $dir = SG::tempdir();
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        POSIX::nice(5);
        local $SIG{PIPE} = 'IGNORE';
        eval { _be_hostile($port, "$dir/ready"); 1 } or print STDERR "hostile client: $@";
        POSIX::_exit(0);
    }
    my $self = bless { pid => $pid, ready => "$dir/ready" }, $class;
    push @running, $self;
    return $self;
}

# Until it has all that it holds.
sub wait_holding ($self) {
    SG::wait_for { -e "$self->{ready}.held" } 60, 'what the hostile client holds';
    return;
}

# Until it has once done the rest as well.
sub wait_at_work ($self) {
    SG::wait_for { -e $self->{ready} } 120, 'the hostile client at work';
    return;
}

sub _connect ($port) {
    return IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $port, LocalHost => '127.0.0.9', Timeout => 10);
}

# Says lines, as many answers are read; how many came, before the end.
sub _say ($socket, @lines) {
    print {$socket} map { "$_\r\n" } @lines or return 0;
    $socket->flush;
    my $answers = 0;
    while ($answers < @lines) {
        my $line = readline($socket) // last;
        $answers++ if $line !~ /^\d{3}-/;
    }
    return $answers;
}

sub _greeted ($port) {
    my $socket = _connect($port) or return;
    readline $socket;
    _say($socket, 'EHLO hostile.test') or return;
    return $socket;
}

sub _half_a_message ($port) {
    my $socket = _greeted($port) or return;
    _say($socket, "MAIL FROM:<x\@hostile.test>", "RCPT TO:<b\@server.test>", 'DATA');
    print {$socket} ('x' x 70 . "\r\n") x (LETTER / 72);
    $socket->flush;
    return $socket;
}

# The same again and again, over new connections where it is thrown out.
sub _repeat ($port, $times, @begin_and_line) {
    my $line = pop @begin_and_line;
    my ($socket, $sent) = (undef, 0);
    while ($sent < $times) {
        if (!$socket) {
            $socket = _greeted($port) or return;
            _say($socket, @begin_and_line) if @begin_and_line;
        }
        my $answers = _say($socket, ($line) x AT_ONCE);
        $sent += AT_ONCE;
        $socket = undef if $answers < AT_ONCE;
    }
    return;
}

sub _slow_message ($port) {
    my $socket = _greeted($port) or return;
    _say($socket, "MAIL FROM:<x\@hostile.test>", "RCPT TO:<b\@server.test>", 'DATA');
    print {$socket} "Subject: SLOW\r\n\r\n.\r\n";
    $socket->flush;
    return $socket;
}

sub _has_ended ($socket) {
    my $n = recv $socket, my $bytes, 4096, Socket::MSG_DONTWAIT;
    return defined $n && $bytes eq '';
}

# So many at a time, without an end.
sub _scan_slowly ($port) {
    my @asked;
    while (1) {
        @asked = grep { !defined recv $_, my $bytes, 1, Socket::MSG_DONTWAIT } @asked;
        push @asked, grep { $_ } map { _slow_message($port) } @asked + 1 .. SLOW;
        select undef, undef, undef, 0.1;
    }
}

# A process beside this one, which does not outlive it.
sub _beside ($what) {
    my $pid = fork() // die "fork: $!\n";
    return if $pid;
    SG::Daemon::_die_with_parent();
    eval { $what->(); 1 } or print STDERR "hostile client: $@";
    POSIX::_exit(0);
}

# So many of each, in the place of those that the daemon has ended.
sub _hold ($port, $held) {
    my @kinds = ([ HELD, \&_connect ], [ HALF_SENT, \&_half_a_message ]);
    while (my ($i, $kind) = each @kinds) {
        my ($wanted, $make) = @$kind;
        my @alive = grep { !_has_ended($_) } @{ $held->[$i] // [] };
        push @alive, grep { $_ } map { $make->($port) } @alive + 1 .. $wanted;
        $held->[$i] = \@alive;
    }
    return;
}

# One connection after the other, until so many have been refused.
sub _exceed ($port) {
    my (@taken, @refused);
    while (@refused < REFUSED_SESSIONS) {
        my $socket = _connect($port) or last;
        push @{ (readline($socket) // '421') =~ /^421/ ? \@refused : \@taken }, $socket;
    }
    return @refused;
}

sub _be_hostile ($port, $ready) {
    my @held;
    _beside(sub { _scan_slowly($port) });
    while (1) {
        _hold($port, \@held);
        my @refused = _exceed($port);
        SG::Conf::write_file("$ready.held", '');
        _repeat($port, RECIPIENTS, 'MAIL FROM:<x@hostile.test>', 'RCPT TO:<' . 'r' x 60 . '@server.test> ORCPT=rfc822;' . 'o' x 300);
        _repeat($port, REFUSED, 'XCLIENT ADDR=192.0.2.1');
        SG::Conf::write_file($ready, '');
    }
    return;
}

sub stop ($self) {
    my $pid = delete $self->{pid} // return;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    return;
}

END {
    my $status = $?;
    $_->stop for @running;
    $? = $status;
}

1;
