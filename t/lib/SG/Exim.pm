# A real Exim with spool, configuration and port of its own, that knows no network and
# runs as nobody.  It keeps what it takes in its queue until settle(), which delivers
# each message into a file of its own.  Gone at the end.
#
# Debian's Exim and Postfix exclude each other as packages: `./dev` unpacks Exim's into
# build/peers, where it is found when it is not installed.
package SG::Exim;
use v5.36;
use Carp ();
use IO::Socket::IP;
use POSIX ();
use SG;
use SG::Postfix ();
use SG::Process ();
use Test::More ();

my @running;

sub _program () {
    my @places = ('/usr', map { "$_/peers/exim/usr" } SG::build_dir(), SG::src_dir() . '/build');
    my ($found) = grep { -x } map { "$_/sbin/exim4" } @places;
    return $found;
}

sub need () {
    SG::need_root();
    SG::need(qw(setpriv unshare));
    Test::More::plan(skip_all => 'needs exim4, installed or in build/peers') if !_program();
    return;
}

# Further lines of the main section: message_size_limit => '1M'.  relay: a port to send
# everything on to.
sub start ($class, %conf) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, port => SG::Port::take(), relay => delete $conf{relay} }, $class;
    # Where it is installed it is setuid root, which would change who it runs as.
    system('install', '-m', '755', _program(), "$dir/exim") == 0 or Carp::croak('no exim');
    mkdir "$dir/$_" for qw(spool log mail);
    SG::Conf::write_file("$dir/conf", $self->_conf(%conf));
    chown scalar(getpwnam 'nobody'), scalar(getgrnam 'nogroup'), map { "$dir/$_" } qw(spool log mail);
    $self->_spawn;
    push @running, $self;
    eval { SG::wait_for { $self->_greets } 30, 'Exim' } or Carp::croak("$@" . $self->log);
    return $self;
}

sub _conf ($self, %more) {
    my $dir = $self->{dir};
    my %conf = (
        exim_user => 'nobody', exim_group => 'nogroup', spool_directory => "$dir/spool",
        log_file_path => "$dir/log/%slog", pid_file_path => "$dir/spool/pid",
        primary_hostname => 'mta.test', local_interfaces => '127.0.0.1', daemon_smtp_ports => $self->{port},
        deliver_drop_privilege => 'true', queue_only => 'true', keep_environment => '',
        chunking_advertise_hosts => '*', tls_advertise_hosts => '', host_lookup => '',
        rfc1413_hosts => '', smtp_enforce_sync => 'false', smtp_accept_max => 0,
        smtp_accept_queue_per_connection => 0, smtp_connect_backlog => 1000,
        (map { $_ => 1_000_000 } qw(smtp_max_unknown_commands smtp_max_synprot_errors smtp_accept_max_nonmail)),
        acl_smtp_rcpt => 'accept', acl_smtp_data => 'accept', %more,
    );
    my $main = join '', map { "$_ = $conf{$_}\n" } sort keys %conf;
    return $main . $self->_relaying if $self->{relay};
    return $main . <<"END";
begin routers
all:
  driver = accept
  transport = keep
begin transports
keep:
  driver = appendfile
  file = $dir/mail/\$message_exim_id
  user = nobody
  group = nogroup
  return_path_add = true
  envelope_to_add = true
  batch_max = 1000
  message_prefix =
  message_suffix =
  check_string =
  use_lockfile = false
END
}

sub _relaying ($self) {
    return <<"END";
begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1::$self->{relay}
  self = send
  transport = out
begin transports
out:
  driver = smtp
  hosts_try_prdr =
  helo_data = client.test
END
}

# Exim wants the user it was built for to exist, whoever it is to run as: where Debian's
# is missing, it gets a list of users of its own that has it.
sub _command ($self, @arguments) {
    my @command = (qw(setpriv --reuid nobody --regid nogroup --clear-groups --pdeathsig TERM),
        "$self->{dir}/exim", '-C', "$self->{dir}/conf", @arguments);
    return @command if getpwnam 'Debian-exim';
    my $dir = $self->{dir};
    SG::Conf::write_file("$dir/$_", SG::Process::slurp("/etc/$_") . "Debian-exim:x:64999:"
            . ($_ eq 'passwd' ? "64999::/:/bin/false\n" : "\n")) for qw(passwd group);
    my $mount = join ' && ', map { "mount --bind '$dir/$_' /etc/$_" } qw(passwd group);
    return (qw(unshare -m --propagation private sh -c), "$mount && exec \"\$@\"", 'sh', @command);
}

sub _start_process ($self, @arguments) {
    my $pid = fork() // Carp::croak("fork: $!");
    return $pid if $pid;
    SG::Daemon::_die_with_parent();
    POSIX::setsid();
    open(STDIN,  '<',  '/dev/null');
    open(STDOUT, '>>', "$self->{dir}/out");
    open(STDERR, '>&', \*STDOUT);
    my @command = $self->_command(@arguments);
    exec { $command[0] } @command or POSIX::_exit(127);
}

sub _spawn ($self) {
    $self->{pid} = $self->_start_process('-bdf');
    return;
}

sub _greets ($self) {
    Carp::croak('Exim ended: ' . $self->log) if waitpid($self->{pid}, POSIX::WNOHANG()) > 0;
    my $socket = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $self->{port}, Timeout => 5)
        or return 0;
    my $banner = readline($socket) // '';
    print {$socket} "QUIT\r\n";
    readline $socket;
    return $banner =~ /^220 /;
}

sub port ($self) { return $self->{port} }

sub log ($self) {    ## no critic
    return join '', map { SG::Process::slurp($_) } "$self->{dir}/out", glob "$self->{dir}/log/*";
}

# Delivers all that is in the queue; returns when it is empty.
sub settle ($self) {
    my @runs = map { $self->_start_process('-qf') } 1 .. 3;
    waitpid $_, 0 for @runs;
    SG::wait_for { !glob("$self->{dir}/spool/input/*-H") } 60, 'an empty queue';
    return;
}

# What has been delivered, in no order.
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
