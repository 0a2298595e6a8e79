# A real OpenSMTPD.  It wants to be root, users of its own, and folders at fixed places: it
# gets all of them in a mount namespace.
package SG::OpenSMTPD;
use v5.36;
use parent 'SG::Server';
use SG;
use SG::Conf ();
use SG::Process ();
use Test::More ();

sub need () {
    SG::need_root();
    SG::need('unshare');
    Test::More::plan(skip_all => 'needs opensmtpd in build/peers')
        if !SG::Server::peers('opensmtpd/usr/sbin/smtpd');
    return;
}

sub _command ($self) {
    my $dir = $self->{dir};
    my $peer = SG::Server::peers('opensmtpd');
    SG::Conf::write_file("$dir/conf", $self->_conf);
    SG::Conf::write_file("$dir/passwd", SG::Process::slurp('/etc/passwd')
            . "opensmtpd:x:64990:64990::/:/bin/false\nopensmtpq:x:64991:64991::/:/bin/false\n");
    SG::Conf::write_file("$dir/group", SG::Process::slurp('/etc/group') . "opensmtpd:x:64990:\nopensmtpq:x:64991:\n");
    SG::Conf::write_file("$dir/keep", "#!/bin/sh\ncat >\"\$(mktemp '$dir/mail/XXXXXXXX')\"\n");
    chmod 0755, "$dir/keep";
    mkdir "$dir/spool";
    chmod 0711, "$dir/spool";
    my $places = join "\n", 'set -e',
        (map { "mount --bind '$dir/$_' /etc/$_" } qw(passwd group)),
        (map { "mount -t tmpfs none $_" } qw(/run /usr/libexec /var/lib /var/spool)),
        'mkdir -p /usr/libexec/opensmtpd /var/lib/opensmtpd/empty /var/spool/smtpd',
        "mount --bind '$peer/usr/libexec/opensmtpd' /usr/libexec/opensmtpd",
        "mount --bind '$dir/spool' /var/spool/smtpd", 'exec "$@"';
    return (qw(setpriv --pdeathsig TERM unshare -m --propagation private sh -c), $places, 'sh',
        "$peer/usr/sbin/smtpd", '-d', '-f', "$dir/conf");
}

sub _conf ($self) {
    my $action = $self->{relay} ? "relay host smtp://127.0.0.1:$self->{relay} helo client.test"
        : qq(mda "$self->{dir}/keep" virtual { "@" = nobody });
    return <<"END";
listen on 127.0.0.1 port $self->{port} hostname mta.test
action "out" $action
match from any for any action "out"
END
}

# Returns when all that it took is delivered.
sub settle ($self) {
    SG::wait_for { !qx(find '$self->{dir}/spool' -type f -path '*queue*') } 60, 'an empty queue';
    return;
}

1;
