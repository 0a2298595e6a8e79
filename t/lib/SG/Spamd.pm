# A real spamd with the rules it comes with and some of the test's own, local tests
# only, on a socket of its own and on a TCP port.  Gone at the end.
package SG::Spamd;
use v5.36;
use Carp ();
use IO::Socket::IP;
use IO::Socket::UNIX;
use POSIX ();

my @running;

# In pieces, so that no mail with our sources is spam.
sub gtube () { return join '', 'XJS*C4JDBQADN1.NSBN3*', '2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X' }

sub spam ($lines = 1) { return ham($lines) . gtube() . "\r\n" }

# A mail like others; more lines make it longer.
sub ham ($lines = 1, $subject = 'the minutes of Tuesday') {
    return join "\r\n", 'Received: from mail.example.org (mail.example.org [192.0.2.9])',
        "\tby mta.test with ESMTP id 1; Sat, 3 Jan 2026 01:05:30 +0100",
        'From: Ann <ann@example.org>', 'To: Bob <bob@example.net>', "Subject: $subject",
        'Date: Sat, 3 Jan 2026 01:05:34 +0100', 'Message-ID: <4711.1@example.org>', 'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=us-ascii', '', 'Hello Bob,', '',
        ('here is what we talked about, as you asked me to send it.') x $lines, '', 'Ann', '';
}

# Further rules, in spamassassin's own words.
our $RULES = '';

# word => score: what the word in a Subject adds.
sub start ($class, %rules) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, port => SG::Port::take() }, $class;
    mkdir "$dir/$_" for qw(site home);
    my $rules = join '', map { "header SG_$_ Subject =~ /\\b$_\\b/\nscore SG_$_ $rules{$_}\n" } sort keys %rules;
    SG::Conf::write_file("$dir/site/init.pre", "loadplugin Mail::SpamAssassin::Plugin::Check\n");
    SG::Conf::write_file("$dir/site/local.cf", "use_bayes 0\n$rules$RULES");
    chown scalar(getpwnam 'nobody'), -1, $dir, "$dir/home";
    $self->_spawn;
    push @running, $self;
    SG::wait_for { $self->answers } 60, 'spamd';
    return $self;
}

sub _spawn ($self) {
    my $dir = $self->{dir};
    my @user = $> == 0 ? ('-u', 'nobody') : ();
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        open(STDIN,  '<', '/dev/null');
        open(STDOUT, '>', "$dir/out");
        open(STDERR, '>&', \*STDOUT);
        $ENV{PATH} .= ':/usr/sbin';
        delete @ENV{qw(TMPDIR LC_ALL)};
        exec('spamd', '--local', '--nouser-config', @user, '--max-children=2', '--syslog=stderr',
            "--listen=$dir/socket", "--listen=127.0.0.1:$self->{port}", '--socketmode=666',
            "--siteconfigpath=$dir/site", "--helper-home-dir=$dir/home") or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    return;
}

sub socket ($self) { return "$self->{dir}/socket" }    ## no critic
sub pid ($self)    { return $self->{pid} }
sub port ($self)   { return $self->{port} }

sub log ($self) {    ## no critic
    open(my $in, '<', "$self->{dir}/out") or return '';
    local $/;
    return scalar(<$in>) // '';
}

sub answers ($self) {
    Carp::croak('spamd ended: ' . $self->log) if waitpid($self->{pid}, POSIX::WNOHANG()) > 0;
    my $socket = IO::Socket::UNIX->new(Peer => $self->socket) or return 0;
    print {$socket} "PING SPAMC/1.2\r\n\r\n";
    $socket->flush;
    return (readline($socket) // '') =~ /PONG/;
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
