# Three network namespaces in a row, client, gateway and server, joined by veth
# pairs, IPv4 and IPv6; gone at the end of the test.
#
#   client 192.0.2.2, 2001:db8:1::2  --  192.0.2.1, 2001:db8:1::1  gateway
#   gateway 198.51.100.1, 2001:db8:2::1  --  198.51.100.2, 2001:db8:2::2  server
package SG::Netns;
use v5.36;
use Carp ();
use POSIX ();

my %SETNS = (x86_64 => 308, aarch64 => 268);
my $CLONE_NEWNET = 0x40000000;
my @made;
my $owner = $$;

sub _run (@command) {
    system(@command) == 0 or Carp::croak("@command: exit status " . ($? >> 8));
    return;
}

sub name ($what) { return "sg-$what-$owner" }

sub _namespace ($what) {
    _run(qw(ip netns add), name($what));
    push @made, name($what);
    _run(qw(ip -n), name($what), qw(link set lo up));
    return;
}

sub _address ($what, $device, @addresses) {
    for my $address (@addresses) {
        my @nodad = $address =~ /:/ ? 'nodad' : ();
        _run(qw(ip -n), name($what), qw(addr add), $address, 'dev', $device, @nodad);
    }
    _run(qw(ip -n), name($what), qw(link set), $device, 'up');
    return;
}

sub _join ($one, $other, $net4, $net6) {
    _run(qw(ip -n), name($one), qw(link add), "to-$other", qw(type veth peer name), "to-$one",
        'netns', name($other));
    my ($at_one, $at_other) = $one eq 'client' ? (2, 1) : (1, 2);
    _address($one, "to-$other", "$net4.$at_one/24", "${net6}::$at_one/64");
    _address($other, "to-$one", "$net4.$at_other/24", "${net6}::$at_other/64");
    return;
}

# False, with the reason, where the system lets nobody make namespaces.
sub build () {
    my $able = eval { _namespace('client'); 1 };
    return (0, $@ =~ s/\n.*//sr) if !$able;
    _namespace($_) for 'gateway', 'server';
    _join('client', 'gateway', '192.0.2', '2001:db8:1');
    _join('gateway', 'server', '198.51.100', '2001:db8:2');
    _run(qw(ip -n), name('client'), qw(route add default via 192.0.2.1));
    _run(qw(ip -n), name('client'), qw(-6 route add default via 2001:db8:1::1));
    return 1;
}

# Runs the block with the sockets it makes, and the processes it forks, in a
# namespace.
sub in ($what, $block) {
    open(my $here, '<', '/proc/self/ns/net') or Carp::croak("/proc/self/ns/net: $!");
    open(my $there, '<', '/run/netns/' . name($what)) or Carp::croak(name($what) . ": $!");
    _enter($there);
    my @result = eval { $block->() };
    my $error = $@;
    _enter($here);
    die $error if $error;    ## no critic
    return wantarray ? @result : $result[0];
}

sub _enter ($handle) {
    my $number = $SETNS{ (POSIX::uname())[4] } or Carp::croak('no setns(2) known here');
    syscall($number, fileno($handle), $CLONE_NEWNET) == 0 or Carp::croak("setns: $!");
    return;
}

# A command line that runs another in a namespace.
sub wrap ($what) { return [ qw(ip netns exec), name($what) ] }

# Replaces the gateway's rules by those of this text.
sub rules ($text) {
    open(my $nft, '|-', qw(ip netns exec), name('gateway'), qw(nft -f -)) or Carp::croak("nft: $!");
    print {$nft} "flush ruleset\n$text";
    close($nft) or Carp::croak("nft did not take:\n$text");
    return;
}

END {
    my $status = $?;
    if ($$ == $owner) { system(qw(ip netns del), $_) for splice @made }
    $? = $status;
}

1;
