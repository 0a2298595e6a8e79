# A real rspamd without rules of its own but GTUBE, on a TCP port.  Gone at the end.
package SG::Rspamd;
use v5.36;
use Carp ();
use IO::Socket::IP;
use POSIX ();

my @running;

sub start ($class) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, port => SG::Port::take() }, $class;
    my @nobody = $> == 0 ? getpwnam 'nobody' : ();
    SG::Conf::write_file("$dir/conf", <<~"END");
        options { pidfile = "$dir/pid"; filters = ""; url_tld = "$dir/tld"; explicit_modules = [];
            dns { nameserver = ["127.0.0.1:1"]; } control_socket = "$dir/control mode=0600";
            cache_file = "$dir/cache"; hs_cache_dir = "$dir"; tempdir = "$dir"; }
        logging { type = "console"; level = "notice"; }
        worker "normal" { bind_socket = "127.0.0.1:$self->{port}"; count = 1; }
        metric "default" { actions { reject = 15; } }
        END
    SG::Conf::write_file("$dir/tld", "test\n");
    chown $nobody[2], $nobody[3], $dir if @nobody;
    $self->_spawn(@nobody ? ('-u', 'nobody', '-g', scalar getgrgid $nobody[3]) : ());
    push @running, $self;
    SG::wait_for { $self->answers } 60, 'rspamd';
    return $self;
}

sub _spawn ($self, @user) {
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        open(STDIN,  '<', '/dev/null');
        open(STDOUT, '>', "$self->{dir}/out");
        open(STDERR, '>&', \*STDOUT);
        exec('rspamd', '-f', @user, '-c', "$self->{dir}/conf") or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    return;
}

sub at ($self) { return "127.0.0.1:$self->{port}" }

sub log ($self) {    ## no critic
    open(my $in, '<', "$self->{dir}/out") or return '';
    local $/;
    return scalar(<$in>) // '';
}

sub answers ($self) {
    Carp::croak('rspamd ended: ' . $self->log) if waitpid($self->{pid}, POSIX::WNOHANG()) > 0;
    my $socket = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $self->{port}) or return 0;
    print {$socket} "GET /ping HTTP/1.0\r\n\r\n";
    return (readline($socket) // '') =~ / 200 /;
}

# TERM, because it has children to end.
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
