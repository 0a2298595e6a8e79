# A server that does not answer the SYN: a listener whose backlog is full.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that cannot be reached within timeout_connect is answered like one that refuses.' => sub {
    my $listener = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 1) or die $@;
    my @fill = map { _knock($listener->sockport) } 1 .. 8;
    my ($c) = SG::relay(fixed => { port => $listener->sockport }, core => { timeout_connect => '300ms' });
    is $c->banner, '421 4.4.1 proxy.test Connection timeout [127.0.0.1]', 'with the reason';
    is $c->closed, 'eof', 'and the end';
}, only => ['whole'];

# A connection that is begun and not waited for.
sub _knock ($port) {
    my $socket = IO::Socket::IP->new(Proto => 'tcp', Blocking => 0, PeerHost => '127.0.0.1', PeerPort => $port);
    return $socket;
}
