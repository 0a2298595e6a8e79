# A real Redis on a port and a socket of its own, in a directory of its own.  Gone at the end.
package SG::Redis;
use v5.36;
use Carp ();
use IO::Socket::IP;
use IO::Socket::UNIX;
use POSIX ();

my @running;

# The program that stands for a server, "" if there is none: Redis, else Valkey.
sub program () {
    for my $name (qw(redis-server valkey-server)) {
        for my $dir (split(/:/, $ENV{PATH}), '/usr/sbin') {
            return "$dir/$name" if -x "$dir/$name";
        }
    }
    return '';
}

# Further lines of redis.conf: maxmemory => '2mb'; port => 0 is the socket only.
sub start ($class, %conf) {
    my $dir = SG::tempdir();
    chmod 0755, $dir;
    my $self = bless { dir => $dir, port => $conf{port} // _free_port() }, $class;
    %conf = (
        bind => '127.0.0.1', port => $self->{port}, unixsocket => $self->socket,
        unixsocketperm => '777', dir => $dir, save => '""', appendonly => 'no',
        daemonize => 'no', logfile => "$dir/log", %conf,
    );
    $self->{password} = $conf{requirepass};
    SG::Conf::write_file("$dir/conf", join '', map { "$_ $conf{$_}\n" } sort keys %conf);
    push @running, $self;
    return $self->again;
}

# Once more, when it has been stopped: empty, since it saves nothing.
sub again ($self) {
    $self->_spawn;
    SG::wait_for { $self->answers } 20, 'redis-server';
    return $self;
}

sub _free_port () {
    my $listener = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 1, ReuseAddr => 1)
        or Carp::croak("listen: $@");
    return $listener->sockport;
}

sub _spawn ($self) {
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        open(STDOUT, '>', "$self->{dir}/out");
        open(STDERR, '>&', \*STDOUT);
        exec(program(), "$self->{dir}/conf", $self->arguments) or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    return;
}

sub arguments ($self) { return () }
sub socket ($self)    { return "$self->{dir}/socket" }      ## no critic
sub port ($self)      { return $self->{port} }
sub at ($self)        { return "127.0.0.1:$self->{port}" }
sub pid ($self)       { return $self->{pid} }

# One command on a connection of its own, as the server's user or as `password` says; what
# it answered: text, number, undef, or a list.  An error is "-ERR …".
sub cmd ($self, @words) {
    my $socket = $self->{port}
        ? IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $self->{port}, Timeout => 2)
        : IO::Socket::UNIX->new(Peer => $self->socket);
    return '-no connection' if !$socket;
    if ($self->{password}) {
        print {$socket} _command('AUTH', $self->{password});
        $socket->flush;
        _reply($socket);
    }
    print {$socket} _command(@words);
    $socket->flush;
    return _reply($socket);
}

sub _command (@words) {
    return join '', '*' . @words . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @words;
}

sub _reply ($socket) {
    my $line = readline($socket) // return '-no answer';
    $line =~ s/\r\n\z//;
    my $rest = substr($line, 1);
    return $line if $line =~ /^-/;
    return $rest if $line =~ /^[+:]/;
    return if $rest < 0;
    return [ map { _reply($socket) } 1 .. $rest ] if $line =~ /^\*/;
    read($socket, my $text, $rest + 2);
    return substr($text, 0, $rest);
}

sub answers ($self) { return ($self->cmd('PING') // '') !~ /^-(?:no|LOADING)/ }

# What ROLE says: master, or slave and of whom, and how it is connected.  One that changes
# it may hang up.
sub role ($self) {
    my $role = $self->cmd('ROLE');
    return ref $role ? @$role : ('none', 0, 0, 'none');
}

# How often a command was run, as Redis counts.
sub calls ($self, $command) {
    my ($calls) = $self->cmd('INFO', 'commandstats') =~ /^cmdstat_\Q$command\E:calls=(\d+)/m;
    return $calls // 0;
}

sub signal ($self, $name) { return kill $name, $self->{pid} }

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
