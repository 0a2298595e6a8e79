# A real DNS server (nsd) on the loopback, with the zones of a test, on a port of
# its own.  Gone at the end.
package SG::Nsd;
use v5.36;
use Carp ();
use IO::Socket::IP;
use POSIX ();

my @running;

# zone => [lines of its file, without SOA and NS].  TTL 300 unless a line says.
sub start ($class, %zones) { return $class->start_at(SG::Port::take_both(), %zones) }

# In a network of one's own, where it may have port 53.
sub start_at ($class, $port, %zones) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, port => $port }, $class;
    my $conf = <<~"END";
        server:
            ip-address: 127.0.0.1\@$self->{port}
            ip-address: ::1\@$self->{port}
            username: ""
            chroot: ""
            zonesdir: "$dir"
            pidfile: "$dir/pid"
            xfrdfile: "$dir/xfrd.state"
            zonelistfile: "$dir/zone.list"
            database: ""
            server-count: 1
        remote-control:
            control-enable: no
        END
    for my $zone (sort keys %zones) {
        SG::Conf::write_file("$dir/$zone.zone", _zone($zone, @{ $zones{$zone} }));
        $conf .= qq(zone:\n    name: "$zone"\n    zonefile: "$zone.zone"\n);
    }
    SG::Conf::write_file("$dir/nsd.conf", $conf);
    $self->_spawn;
    push @running, $self;
    SG::wait_for { $self->answers((sort keys %zones)[0]) } 20, 'nsd';
    return $self;
}

sub _zone ($zone, @lines) {
    return join "\n", "\$ORIGIN $zone.", '$TTL 300',
        "@ SOA ns.$zone. root.$zone. 1 3600 600 86400 60", "@ NS ns.$zone.", @lines, '';
}

sub _spawn ($self) {
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        open(STDOUT, '>', "$self->{dir}/out");
        open(STDERR, '>&', \*STDOUT);
        $ENV{PATH} .= ':/usr/sbin';
        exec('nsd', '-d', '-c', "$self->{dir}/nsd.conf") or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    return;
}

sub at ($self) { return "127.0.0.1:$self->{port}" }
sub at6 ($self) { return "[::1]:$self->{port}" }

# Over TCP, whose connection says whether anybody is there: the SOA of a zone.
sub answers ($self, $zone) {
    my $socket = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $self->{port}, Timeout => 1)
        or return 0;
    my $query = pack('n6', 7, 0, 1, 0, 0, 0) . join('', map { pack('C/a', $_) } split /\./, $zone)
        . pack('Cnn', 0, 6, 1);
    syswrite($socket, pack('n/a', $query));
    sysread($socket, my $answer, 14) or return 0;
    return length $answer == 14 && unpack('x8n', $answer) == 1;
}

sub stop ($self) {
    my $pid = delete $self->{pid} // return;
    kill 'TERM', $pid;
    waitpid $pid, 0;
    return;
}

END {
    my $status = $?;
    $_->stop for @running;
    $? = $status;
}

1;
