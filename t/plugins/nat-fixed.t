# Every session goes to the configured server; the client's address is handed
# over if asked for.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Socket qw(getaddrinfo getnameinfo SOCK_STREAM NI_NUMERICHOST NIx_NOSERV);
use Test::More;
use SG;
use SG::Check;

sub relay ($mta, %options) {
    return SG::Daemon->start(
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port, %options } ]);
}

# The resolver's first address of localhost: ::1 where /etc/hosts is Debian's own.
sub localhost () {
    my ($error, $first) = getaddrinfo('localhost', 0, { socktype => SOCK_STREAM });
    die "localhost: $error\n" if $error;
    return (getnameinfo($first->{addr}, NI_NUMERICHOST, NIx_NOSERV))[1];
}

subtest 'A session goes to the server, which a name may stand for.' => sub {
    my $mta = SG::MTA->start(host => localhost());
    my $daemon = relay($mta, server => 'localhost');
    my $c = SG::Client->connect($daemon->port)->hello;
    like $c->mail("Subject: x\r\n\r\nhello\r\n"), qr/^250 /, 'the message is taken';
    $c->quit;
    is scalar($mta->messages), 1, 'by the server';
    my $dst = $daemon->wait_log(qr/NEW .* dst=(\S+),/);
    my $ip = localhost();
    is $dst, ($ip =~ /:/ ? "[$ip]" : $ip) . ':' . $mta->port, 'the log names it';
    SG::finish();
};

subtest 'XCLIENT tells the server who the client is.' => sub {
    my $mta = SG::MTA->start(with => ['XCLIENT ADDR NAME']);
    my $daemon = relay($mta, xclient => 'yes');
    my $c = SG::Client->connect($daemon->port, from => '127.0.0.3')->hello;
    my ($xclient) = grep { /^XCLIENT/ } @{ $mta->session->{commands} };
    like $xclient, qr/\bADDR=127\.0\.0\.3\b/, 'by address';
    unlike $c->{ehlo}, qr/XCLIENT/, 'and the client is not offered it';
    SG::finish();
};

subtest 'A PROXY line tells the server who the client is.' => sub {
    my $mta = SG::MTA->start(reply => { PROXY => undef });
    my $daemon = relay($mta, proxy_protocol => 'yes');
    my $c = SG::Client->connect($daemon->port, from => '127.0.0.3')->hello;
    my ($from, $port) = ('127.0.0.3', $c->port);
    my $to = $daemon->port;
    like $mta->session->{raw}, qr/\APROXY TCP4 \Q$from\E 127\.0\.0\.1 $port \d+\r\nEHLO /,
        'before anything else';
    SG::finish();
};

subtest 'A server that is down costs the client a 4xx.' => sub {
    my $mta = SG::MTA->start;
    my $daemon = relay($mta);
    $mta->stop;
    my $c = SG::Client->connect($daemon->port);
    like $c->banner, qr/^421 4\.4\.1 proxy\.test Cannot connect to server \[127\.0\.0\.1\]: /, 'and says why';
    SG::finish();
};

subtest 'A file without a server, or with one that nobody knows, is refused.' => sub {
    my ($status, $said) = SG::Check::check(plugins => [ '10-nat-fixed' => {} ]);
    isnt $status, 0, 'none: -t fails';
    like $said, qr{conf\.d/10-nat-fixed\.conf.*\bserver\b.*name the mail server}s, 'and says where';
    ($status, $said) =
        SG::Check::check(plugins => [ '10-nat-fixed' => { server => 'no..name' } ]);
    isnt $status, 0, 'unknown: -t fails';
    like $said, qr{10-nat-fixed\.conf:1: .*'server'.*no\.\.name.*a name that resolves}s,
        'and says where, and what';
};

done_testing;
