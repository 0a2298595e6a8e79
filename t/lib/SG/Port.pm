# Ports that nobody else gets while the test runs.  A port is held at all addresses of
# both families by sockets that are bound and never listen.  The kernel gives such a port
# to nobody who asks for any port, and to nobody who connects.  A server that asks for it
# by its number, with SO_REUSEADDR as servers do, gets it beside us.
package SG::Port;
use v5.36;
use Carp ();
use Socket qw(:all);

my @held;

# For TCP.
sub take () {
    for (1 .. 100) {
        my $four = _hold(AF_INET, SOCK_STREAM, 0) or next;
        my ($port) = unpack_sockaddr_in(getsockname $four);
        my $six = _hold(AF_INET6, SOCK_STREAM, $port);
        next if !$six && $!{EADDRINUSE};
        push @held, grep { $_ } $four, $six;
        return $port;
    }
    Carp::croak('no port is free in both families');
}

# For a server that wants the same port for UDP, of which we can only look whether it is
# free: without SO_REUSEADDR, as many name servers are, nobody would get it beside us.
sub take_both () {
    for (1 .. 100) {
        my $port = take();
        return $port if _hold(AF_INET, SOCK_DGRAM, $port);
    }
    Carp::croak('no port is free for TCP and UDP');
}

# HOST:PORT of UDP where nobody is: what comes there is refused, for the socket that has
# the port takes datagrams of one peer only.
sub nobody () {
    my $socket = _hold(AF_INET, SOCK_DGRAM, 0) or Carp::croak("UDP: $!");
    my $nowhere = pack_sockaddr_in(9, inet_aton('127.0.0.1'));
    connect($socket, $nowhere) or Carp::croak("connect: $!");
    push @held, $socket;
    return '127.0.0.1:' . (unpack_sockaddr_in(getsockname $socket))[0];
}

# To bind without SO_REUSEADDR fails wherever anybody has the port; after that others may.
sub _hold ($family, $type, $port) {
    socket(my $socket, $family, $type, 0) or return;
    setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $family == AF_INET6;
    bind($socket, $family == AF_INET ? pack_sockaddr_in($port, INADDR_ANY) : pack_sockaddr_in6($port, IN6ADDR_ANY))
        or return;
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
    return $socket;
}

1;
