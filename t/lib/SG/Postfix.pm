# A real Postfix with queue, configuration and port of its own, that knows no network
# and delivers into maildirs we can read: what is for @server.test into one, what is
# for @client.test (delivery status notifications) into another.  Gone at the end.
package SG::Postfix;
use v5.36;
use Carp ();
use IO::Socket::IP;
use POSIX ();
use SG;
use SG::Process;

my @running;

# service, type, private, process limit, command.  virtual writes as the boxes' owner.
my @services = (
    [ 'cleanup', 'unix', 'n', 0, 'cleanup' ],
    [ 'qmgr',    'unix', 'n', 1, 'qmgr' ],
    [ 'rewrite', 'unix', '-', '-', 'trivial-rewrite' ],
    (map { [ $_, 'unix', '-', 0, 'bounce' ] } qw(bounce defer trace)),
    (map { [ $_, 'unix', '-', '-', 'error' ] } qw(error retry)),
    [ 'discard', 'unix',       '-', '-', 'discard' ],
    [ 'smtp',    'unix',       '-', '-', 'smtp' ],
    [ 'virtual', 'unix',       '-', '-', 'virtual' ],
    [ 'postlog', 'unix-dgram', 'n', 1, 'postlogd' ],
);

sub need () {
    SG::need_root();
    SG::need('postfix', '/usr/lib/postfix/sbin/master');
    return;
}

# Further lines of main.cf: message_size_limit => 1000.
sub start ($class, %conf) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, port => SG::Port::take() }, $class;
    mkdir "$dir/$_" for qw(conf queue data mail);
    chown scalar(getpwnam 'postfix'), -1, "$dir/data";
    chown scalar(getpwnam 'nobody'), -1, "$dir/mail";
    SG::Conf::write_file("$dir/conf/main.cf", $self->_main(%conf));
    SG::Conf::write_file("$dir/conf/master.cf", $self->_master);
    SG::Conf::write_file("$dir/conf/boxes", "/\@server\\.test\$/ server/\n/\@client\\.test\$/ client/\n");
    $self->_spawn;
    push @running, $self;
    eval { SG::wait_for { $self->_greets } 30, 'Postfix' } or Carp::croak("$@" . $self->log);
    return $self;
}

sub _main ($self, %more) {
    my $dir = $self->{dir};
    my $nobody = getpwnam 'nobody';
    my %conf = (
        compatibility_level => '3.6', queue_directory => "$dir/queue", data_directory => "$dir/data",
        maillog_file => "$dir/log", maillog_file_prefixes => $dir, inet_protocols => 'ipv4',
        myhostname => 'mta.test', mydestination => '', mynetworks => '127.0.0.0/8',
        local_recipient_maps => '', alias_maps => '', alias_database => '',
        virtual_mailbox_domains => 'server.test, client.test', virtual_mailbox_base => "$dir/mail",
        virtual_mailbox_maps => "regexp:$dir/conf/boxes", virtual_minimum_uid => 1,
        virtual_uid_maps => "static:$nobody", virtual_gid_maps => "static:$nobody",
        default_transport => 'discard', relay_transport => 'discard',
        smtpd_peername_lookup => 'no', smtpd_tls_security_level => 'none',
        smtpd_client_connection_count_limit => 0, smtpd_client_connection_rate_limit => 0, %more,
    );
    return join '', map { "$_ = $conf{$_}\n" } sort keys %conf;
}

sub _master ($self) {
    return join '', map { my ($name, $type, $private, $limit, $command) = @$_;
        my $unprivileged = $name eq 'virtual' ? 'n' : '-';
        "$name $type $private $unprivileged n - $limit $command\n" }
        [ "127.0.0.1:$self->{port}", 'inet', 'n', '-', 'smtpd' ], @services;
}

# The first makes the queue; the second is the master itself, so that there is one
# process to end, with those it has started in its group.
sub _spawn ($self) {
    local $ENV{PATH} = "$ENV{PATH}:/usr/sbin";
    my $conf = "$self->{dir}/conf";
    system("postfix -c '$conf' check >'$self->{dir}/out' 2>&1") == 0
        or Carp::croak('postfix check: ' . slurp("$self->{dir}/out"));
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        POSIX::setsid();
        open(STDIN,  '<',  '/dev/null');
        open(STDOUT, '>>', "$self->{dir}/out");
        open(STDERR, '>&', \*STDOUT);
        exec('/usr/lib/postfix/sbin/master', '-c', $conf, '-d') or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    return;
}

sub _greets ($self) {
    Carp::croak('Postfix ended: ' . slurp("$self->{dir}/out"))
        if waitpid($self->{pid}, POSIX::WNOHANG()) > 0;
    my $socket = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $self->{port}, Timeout => 5)
        or return 0;
    my $banner = readline($socket) // '';
    print {$socket} "QUIT\r\n";
    readline $socket;
    return $banner =~ /^220 /;
}

sub port ($self) { return $self->{port} }
sub log ($self)  { return slurp("$self->{dir}/out") . slurp("$self->{dir}/log") }    ## no critic

# What has been delivered into the box "server" or "client", in no order.
sub delivered ($self, $box = 'server') {
    return map { slurp($_) } glob "$self->{dir}/mail/$box/new/*";
}

# Returns when all that it took is delivered.
sub settle ($self) {
    my @queues = map { "$self->{dir}/queue/$_" } qw(maildrop incoming active deferred);
    SG::wait_for { !qx(find @queues -type f) } 120, 'an empty queue';
    return;
}

# The one message that has this in it, once it is there.
sub wait_delivered ($self, $pattern, $box = 'server') {
    my $message;
    eval { SG::wait_for { ($message) = grep { /$pattern/ } $self->delivered($box) } 20, 'a delivery' }
        or Carp::croak("$pattern was not delivered: " . $self->log);
    return $message;
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
