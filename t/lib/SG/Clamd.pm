# A real clamd with the signatures of SG::Signatures, on a socket of its own and
# on a TCP port.  Gone at the end.
package SG::Clamd;
use v5.36;
use Carp ();
use IO::Socket::IP;
use IO::Socket::UNIX;
use POSIX ();
use SG::Signatures;

my @running;

# Further lines of clamd.conf: StreamMaxLength => '1M'.
sub start ($class, %conf) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, port => SG::Port::take() }, $class;
    %conf = (
        LocalSocket => $self->socket, LocalSocketMode => '666', TCPAddr => '127.0.0.1',
        TCPSocket => $self->{port}, DatabaseDirectory => SG::Signatures::database(),
        Foreground => 'yes', LogFile => "$dir/log", PidFile => "$dir/pid",
        TemporaryDirectory => $dir, SelfCheck => 0, ConcurrentDatabaseReload => 'no', %conf,
    );
    SG::Conf::write_file("$dir/conf", join '', map { "$_ $conf{$_}\n" } sort keys %conf);
    push @running, $self;
    return $self->again;
}

# Once more, when it has been stopped; then a dead socket is in its way.
sub again ($self) {
    my $place = delete $self->{place};
    $self->_spawn;
    SG::wait_for { $self->answers } 20, 'clamd';
    $self->move_to($place) if $place;
    return $self;
}

# Its socket is there, maybe in the place of another's; who is connected to that one still is.
sub move_to ($self, $place) {
    rename($self->socket, $place) or Carp::croak("$place: $!");
    $self->{place} = $place;
    return;
}

sub _spawn ($self) {
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        open(STDOUT, '>', "$self->{dir}/out");
        open(STDERR, '>&', \*STDOUT);
        $ENV{PATH} .= ':/usr/sbin';
        exec('clamd', '-c', "$self->{dir}/conf") or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    return;
}

sub socket ($self) { return $self->{place} // "$self->{dir}/socket" }    ## no critic
sub port ($self)   { return $self->{port} }
sub pid ($self)    { return $self->{pid} }

sub answers ($self) {
    my $socket = IO::Socket::UNIX->new(Peer => $self->socket) or return 0;
    print {$socket} "zPING\0";
    $socket->flush;
    return (readline($socket) // '') =~ /^PONG/;
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
