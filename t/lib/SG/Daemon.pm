# The daemon under test: a configuration of its own in a directory of its own,
# a port nobody else gets, ready when start() returns, its log shown when a test
# fails, and gone at the end whatever happens.
package SG::Daemon;
use v5.36;
use Carp ();
use Fcntl ();
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(:all);
use Test::More ();
use SG::Conf;

my @running;

# core: options; plugins: [name => options, …], or code that returns it and may ask
# the daemon for its port; extra_plugins: more .so files;
# bind: address (127.0.0.1); env; wrap: a command that runs it (valgrind),
# or code that makes one of its directory;
# activate: a listening socket to pass to it as a service manager would.
sub start ($class, %opt) {
    my $self = bless { %opt, dir => SG::tempdir(), exit => undef }, $class;
    $self->{bind} //= '127.0.0.1';
    $self->{port} = $self->{activate} ? $self->{activate}->sockport : $self->{core}{port} // SG::Port::take();
    mkdir "$self->{dir}/$_" for qw(spool lock);
    chmod 01777, "$self->{dir}/$_" for qw(spool lock);
    $self->configure;
    $self->_listen_for_readiness;
    $self->_spawn;
    push @running, $self;
    $self->wait_ready('its start');
    return $self;
}

sub port ($self) { return $self->{port} }
sub pid ($self)  { return $self->{pid} }
sub dir ($self)  { return $self->{dir} }
sub conf ($self) { return "$self->{dir}/smtp-gated.conf" }

# Writes the configuration again, with changes; hup() makes it count.
sub configure ($self, %change) {
    $self->{core} = { %{ $self->{core} // {} }, %{ $change{core} } } if $change{core};
    $self->{plugins} = $change{plugins} if $change{plugins};
    my $plugins = $self->{plugins} // [];
    $plugins = $plugins->($self) if ref($plugins) eq 'CODE';
    SG::Conf::write_confd("$self->{dir}/conf.d", $plugins);
    my $core = $self->{core} // {};
    $core = { $self->_defaults, %$core } if ref($core) eq 'HASH';
    SG::Conf::write_file($self->conf, SG::Conf::text($core));
    return;
}

sub _defaults ($self) {
    my $dir = $self->{dir};
    return (
        bind_address => ref $self->{bind} ? $self->{bind} : [ $self->{bind} ],
        port         => $self->{port},
        proxy_name   => 'proxy.test',
        reply_reference => 'no',    # so that texts can be compared whole
        pidfile      => "$dir/pid",
        statefile    => "$dir/state",
        spool_path   => "$dir/spool",
        conf_dir     => "$dir/conf.d",
        plugin_path  => $self->_plugin_path,
        log_target   => 'stderr',
        log_level    => 'debug',
        workers      => 1,
    );
}

# One folder; with plugins of the test's own it is one of links.
sub _plugin_path ($self) {
    my $built = SG::build_dir() . '/plugins/.libs';
    return $built if !$self->{extra_plugins};
    my $dir = "$self->{dir}/plugins";
    mkdir $dir;
    for my $so (glob("$built/*.so"), @{ $self->{extra_plugins} }) {
        symlink($so, "$dir/" . ($so =~ s{.*/}{}r));
    }
    return $dir;
}

sub _listen_for_readiness ($self) {
    $self->{notify} = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$self->{dir}/notify")
        or Carp::croak("notify socket: $!");
    $self->{notify}->blocking(0);
    return;
}

sub _spawn ($self) {
    my $program = SG::build_dir() . '/smtp-gated';
    Carp::croak("$program is not built") if !-x $program;
    my $wrap = $self->{wrap} // [];
    $wrap = $wrap->($self->dir) if ref($wrap) eq 'CODE';
    my @command = (@$wrap, $program, '-f', $self->conf);
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        _die_with_parent();
        $ENV{NOTIFY_SOCKET} = "$self->{dir}/notify";
        %ENV = (%ENV, %{ $self->{env} // {} });
        $self->_pass_socket if $self->{activate};
        open(STDIN,  '<',  '/dev/null');
        open(STDERR, '>>', "$self->{dir}/log");
        open(STDOUT, '>&', \*STDERR);
        exec { $command[0] } @command or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    return;
}

# sd_listen_fds(3).
sub _pass_socket ($self) {
    POSIX::dup2(fileno $self->{activate}, 3);
    open($self->{passed}, '>&=', 3) or POSIX::_exit(127);
    fcntl($self->{passed}, Fcntl::F_SETFD(), 0);
    @ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$);
    return;
}

# prctl(PR_SET_PDEATHSIG, SIGTERM), so that a killed test leaves nothing behind.
sub _die_with_parent () {
    my %number = (x86_64 => 157, aarch64 => 167);
    my $prctl = $number{ (POSIX::uname())[4] } or return;
    syscall($prctl, 1, POSIX::SIGTERM());
    return;
}

# The notifications that came since the last look.
sub _notified ($self) {
    my $text;
    while (defined(recv($self->{notify}, $text, 4096, 0)) && length $text) {
        $self->{said} .= "$text\n";
    }
    return $self->{said} // '';
}

# Waits for READY=1, as a service manager would.
sub wait_ready ($self, $what = 'readiness') {
    my $ready = eval {
        SG::wait_for { $self->_notified =~ /^READY=1$/m || $self->ended } 20, 'READY=1';
    };
    return $self->{said} = '' if $ready && !$self->ended;
    Carp::croak("no READY=1 after $what" . ($self->ended ? ", it exited $self->{exit}" : '')
            . "\n" . $self->log);
}

sub notified ($self) { return $self->_notified }

# True when the master has exited; then {exit} has its status.
sub ended ($self) {
    return 1 if defined $self->{exit};
    return 0 if !$self->{pid} || waitpid($self->{pid}, POSIX::WNOHANG()) <= 0;
    $self->{exit} = $?;
    return 1;
}

sub log ($self) {
    open(my $in, '<:raw', "$self->{dir}/log") or return '';
    local $/;
    return <$in> // '';
}

# Waits for a line; returns what the pattern captured, or 1.
sub wait_log ($self, $pattern, $seconds = 10) {
    my @found;
    my $seen = eval { SG::wait_for { @found = $self->log =~ $pattern } $seconds; 1 };
    return wantarray ? @found : $found[0] if $seen;
    Carp::croak("the log never said $pattern:\n" . $self->log);
}

sub signal ($self, $name) { return kill($name, $self->{pid}) }
sub term ($self)          { return $self->signal('TERM') }
sub kill ($self, $name = 'KILL') { return $self->signal($name) }    ## no critic

# Reloads, and waits until the new generation serves (wait => 0: does not).
sub hup ($self, %opt) {
    $self->_notified;
    $self->{said} = '';
    $self->signal('HUP');
    $self->wait_ready('HUP') if $opt{wait} // 1;
    return;
}

# Waits for the exit; the wait status.
sub wait_exit ($self, $seconds = 10) {
    SG::wait_for { $self->ended } $seconds, 'the end of the daemon';
    return $self->{exit};
}

# Ends it and returns its wait status: 0 is as it should be.
sub stop ($self) {
    return $self->{exit} if $self->ended;
    $self->term;
    my $gently = eval { $self->wait_exit(5); 1 };
    $self->term if !$gently;
    $gently ||= eval { $self->wait_exit(5); 1 };
    $self->_kill_tree if !$gently;
    return $self->{exit} //= -1;
}

sub _kill_tree ($self) {
    my @all = ($self->pid, $self->session_pids);
    CORE::kill('KILL', @all);
    waitpid($self->{pid}, 0);
    $self->{exit} = $?;
    return;
}

# Keepers are the master's children, workers theirs.
sub keeper_pids ($self) { return _children($self->{pid}) }
sub worker_pids ($self) { return map { _children($_) } $self->keeper_pids }
sub session_pids ($self) { return ($self->keeper_pids, $self->worker_pids) }

sub _children ($pid) {
    my @children;
    for my $stat (glob('/proc/[0-9]*/stat')) {
        open(my $in, '<', $stat) or next;
        my ($child, $parent) = (<$in> // '') =~ /^(\d+) \(.*\) \S (\d+)/ or next;
        push @children, $child if $parent == $pid;
    }
    return @children;
}

# The statefile, asked for anew.
sub status ($self) {
    my $file = "$self->{dir}/state";
    unlink $file;
    $self->signal('USR1');
    SG::wait_for { -s $file } 10, 'the statefile';
    open(my $in, '<', $file) or Carp::croak("$file: $!");
    local $/;
    return scalar <$in>;
}

# What must never happen, in the log or the exit status.
sub complaints ($self) {
    my @bad = $self->log =~ /^(.*(?:AddressSanitizer|LeakSanitizer|runtime error:).*)$/mg;
    push @bad, "exit status $self->{exit}" if $self->{exit} && !$self->{may_fail};
    return @bad;
}

# Stops what still runs; inside a test, complaints are failures of it.
sub finish_all ($class) {
    for my $daemon (splice @running) {
        $daemon->stop;
        my @bad = $daemon->complaints;
        Test::More::fail("the daemon ended well: $_") for @bad;
        Test::More::diag($daemon->log) if !Test::More->builder->is_passing;
    }
    return;
}

END {
    my $status = $?;
    for my $daemon (@running) {
        $daemon->stop;
        my @bad = $daemon->complaints;
        Test::More::diag("the daemon: $_") for @bad;
        Test::More::diag($daemon->log) if @bad || $status || !Test::More->builder->is_passing;
        $status ||= 1 if @bad;
    }
    $? = $status;
}

1;
