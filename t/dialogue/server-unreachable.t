# Nobody listens at the destination.  Nothing has been said yet, so the client is sent
# away for a while: one that insists on STARTTLS or AUTH would take a 502 for the last word.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'When the server cannot be reached, 421 with the reason takes the banner\'s place.' => sub {
    my ($c, $mta, $d) = SG::relay(fixed => { port => _closed_port() });
    is $c->banner, '421 4.4.1 proxy.test Cannot connect to server [127.0.0.1]: Connection refused', 'the reason';
    is $c->closed, 'eof', 'the end';
    $d->wait_log(qr/UNSERVED src=127\.0\.0\.1, ident=, dst=127\.0\.0\.1, reason=Cannot connect to server/);
    $d->wait_log(qr/CLOSE by=server/);
};

# A port that was free a moment ago and stays bound, so that nobody listens there.
sub _closed_port () {
    state $socket = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 0, Proto => 'tcp');
    return $socket->sockport;
}
