# What the MTAs that are not installed but unpacked (build/peers) have in common: a folder,
# a port, a process, and a file for each message that they took.  A kind of its own says
# how it is started.
package SG::Server;
use v5.36;
use Carp ();
use IO::Socket::IP;
use POSIX ();
use SG;
use SG::Postfix ();
use SG::Process ();

my @running;

# Where `./dev` has unpacked something; undef: nowhere.
sub peers ($what) {
    my ($found) = grep { -e } map { "$_/peers/$what" } SG::build_dir(), SG::src_dir() . '/build';
    return $found;
}

# relay: a port to send everything on to, where the kind can.
sub start ($class, %opt) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, port => SG::Port::take(), %opt }, $class;
    mkdir "$dir/mail";
    chown scalar(getpwnam 'nobody'), -1, "$dir/mail";
    $self->{pid} = $self->_process($self->_command);
    push @running, $self;
    eval { SG::wait_for { $self->_greets } 60, $class } or Carp::croak("$@" . $self->log);
    return $self;
}

sub _process ($self, @command) {
    my $pid = fork() // Carp::croak("fork: $!");
    return $pid if $pid;
    SG::Daemon::_die_with_parent();
    POSIX::setsid();
    open(STDIN,  '<',  '/dev/null');
    open(STDOUT, '>>', "$self->{dir}/out");
    open(STDERR, '>&', \*STDOUT);
    exec { $command[0] } @command or POSIX::_exit(127);
}

sub _greets ($self) {
    Carp::croak('it ended: ' . $self->log) if waitpid($self->{pid}, POSIX::WNOHANG()) > 0;
    my $socket = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $self->{port}, Timeout => 5)
        or return 0;
    my $banner = readline($socket) // '';
    print {$socket} "QUIT\r\n";
    readline $socket;
    return $banner =~ /^220 /;
}

sub port ($self) { return $self->{port} }
sub log ($self)  { return SG::Process::slurp("$self->{dir}/out") }    ## no critic

sub settle ($self) { return }
sub delivered ($self) { return map { SG::Process::slurp($_) } glob "$self->{dir}/mail/*" }

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
