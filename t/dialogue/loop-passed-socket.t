# The service manager opens the socket, so its port is none that the configuration knows.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A destination that is a socket passed to the proxy is refused.' => sub {
    my $socket = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 16) or die "listen: $@";
    my $port = $socket->sockport;
    my $d = SG::Daemon->start(activate => $socket, core => { max_connections => 20, port => 9 },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $port } ]);
    my $c = SG::Client->connect($port);
    like $c->banner, qr/^554 proxy\.test Proxy loop avoided/, 'the client is told';
    like $d->status, qr{^Requests: +1/}m, 'there was one session';
};
