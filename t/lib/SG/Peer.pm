# A server that behaves as a test says: for each connection its code is run, in a
# process of its own, with the socket.  For scanners that hang, lie or die.
package SG::Peer;
use v5.36;
use Carp ();
use IO::Socket::IP;
use IO::Socket::UNIX;
use POSIX ();

my @running;

# tcp: on a port of 127.0.0.1 instead of a UNIX socket, which is at path if that is given;
# backlog; accepts: 0 never does.
sub start ($class, $behaviour, %opt) {
    my $path = $opt{path} // SG::tempdir() . '/socket';
    my $backlog = $opt{backlog} // 64;
    my $listener = $opt{tcp}
        ? IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => $backlog)
        : IO::Socket::UNIX->new(Local => $path, Listen => $backlog);
    $listener or Carp::croak("listen: $! $@");
    chmod 0777, $path;
    my $self = bless { path => $path, listener => $listener, tcp => $opt{tcp} }, $class;
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        _serve($listener, $behaviour, $opt{accepts} // 1);
        POSIX::_exit(0);
    }
    $self->{pid} = $pid;
    push @running, $self;
    return $self;
}

# A place where nobody listens.
sub nobody ($class) { return SG::tempdir() . '/socket' }

sub _serve ($listener, $behaviour, $accepts) {
    local $SIG{PIPE} = 'IGNORE';
    local $SIG{CHLD} = 'IGNORE';
    POSIX::pause() while !$accepts;
    while (1) {
        my $connection = $listener->accept or next;
        my $pid = fork() // next;
        next if $pid;
        SG::Daemon::_die_with_parent();
        $connection->autoflush(1);
        eval { $behaviour->($connection) };
        POSIX::_exit(0);
    }
    return;
}

sub at ($self) {
    return $self->{tcp} ? '127.0.0.1:' . $self->{listener}->sockport : $self->{path};
}

# For behaviours: reads until the pattern has come; what came, or undef at the end.
sub read_until ($connection, $pattern) {
    my $bytes = '';
    while ($bytes !~ $pattern) {
        sysread($connection, $bytes, 65536, length $bytes) or return undef;
    }
    return $bytes;
}

# Says nothing until the other side goes.
sub hang ($connection) {
    my $bytes;
    1 while sysread $connection, $bytes, 65536;
    return;
}

sub stop ($self) {
    my $pid = delete $self->{pid} // return;
    close $self->{listener};
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
