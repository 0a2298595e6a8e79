# The PROXY header, as haproxy reads it: it lets one client pass, and knows it by nothing else.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::need('haproxy');
SG::need_ipv6();

my $mta = SG::MTA->start;
my $dir = SG::tempdir();
my $port = SG::Port::take();
SG::Conf::write_file("$dir/haproxy.cfg", <<"END");
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend in
    bind 127.0.0.1:$port accept-proxy
    tcp-request session reject unless { src 127.0.0.3 ::1 }
    default_backend mta
backend mta
    server mta 127.0.0.1:${\$mta->port}
END
my $haproxy = fork() // die "fork: $!";
if ($haproxy == 0) {
    SG::Daemon::_die_with_parent();
    open STDERR, '>>', "$dir/log";
    open STDOUT, '>>', "$dir/log";
    exec 'haproxy', '-db', '-f', "$dir/haproxy.cfg" or POSIX::_exit(127);
}
SG::wait_for { IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $port) } 10, 'haproxy';

for my $version ('v1', 'v2') {
    for my $at ('127.0.0.1', '::1') {
        my $d = SG::Daemon->start(bind => $at, plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $port, proxy_protocol => $version } ]);
        my %from = $at eq '::1' ? () : (from => '127.0.0.3');
        my $c = SG::Client->connect($d->port, host => $at, %from);
        is $c->banner, '220 mta.test ESMTP ready', "$version, $at: the client that may pass does";
        like $c->quit, qr/^221/, 'up to its QUIT';
        next if $at eq '::1';
        my $other = SG::Client->connect($d->port, from => '127.0.0.4');
        like $other->banner, qr/^421 /, 'another does not';
    }
}
kill 'KILL', $haproxy;
waitpid $haproxy, 0;
done_testing;
