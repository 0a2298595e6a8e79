# A tap between a client and a server: passes bytes on as they come, and writes down what
# either has said, for each connection.
package SG::Tap;
use v5.36;
use Carp ();
use IO::Select;
use IO::Socket::IP;
use POSIX ();
use SG;
use SG::Process ();

my @running;

# Of what connects here, each session leads to that port.
sub start ($class, $port) {
    my $dir = SG::tempdir();
    my $listener = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 50) or Carp::croak("listen: $@");
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        eval { _run($dir, $listener, $port) };
        POSIX::_exit(0);
    }
    my $self = bless { pid => $pid, dir => $dir, port => $listener->sockport }, $class;
    push @running, $self;
    return $self;
}

sub port ($self) { return $self->{port} }

sub _run ($dir, $listener, $port) {
    local $SIG{CHLD} = 'IGNORE';
    for (my $number = 0 ; ; $number++) {
        my $client = $listener->accept or next;
        next if fork();
        my $server = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $port);
        _pass("$dir/$number", $client, $server) if $server;
        POSIX::_exit(0);
    }
    return;
}

# Until both have ended.
sub _pass ($file, $client, $server) {
    my %to = ($client => [ $server, _open("$file.client") ], $server => [ $client, _open("$file.server") ]);
    my $open = IO::Select->new($client, $server);
    while ($open->count) {
        for my $from ($open->can_read) {
            my ($to, $record) = @{ $to{$from} };
            if (sysread($from, my $bytes, 65536)) {
                syswrite($record, $bytes);
                print {$to} $bytes;
                $to->flush;
                next;
            }
            $open->remove($from);
            shutdown($to, 1);
        }
    }
    _open("$file.over");
    return;
}

sub _open ($file) {
    open(my $out, '>', $file) or die "$file: $!\n";
    return $out;
}

# All sessions so far, when they are over: { client => bytes, server => bytes }.
sub sessions ($self) {
    my @begun = glob "$self->{dir}/*.client";
    SG::wait_for { @begun == grep { -e s/client\z/over/r } @begun } 30, 'the end of all sessions';
    return map { my $file = "$self->{dir}/$_";
        +{ map { ($_ => SG::Process::slurp("$file.$_")) } qw(client server) } } 0 .. $#begun;
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
