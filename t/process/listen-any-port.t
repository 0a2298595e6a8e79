# With port = 0 the system chooses, and it chooses a port that is free at all addresses.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need('unshare', 'ip');
SG::need_root();

# A network of its own, where the system has sixteen ports to choose from.
if (!$ENV{SG_OWN_NETWORK}) {
    plan skip_all => 'no network namespace can be made here' if system('unshare -n true 2>/dev/null');
    local $ENV{SG_OWN_NETWORK} = 1;
    exec 'unshare', '--net', $^X, "-I$FindBin::Bin/../lib", $0 or die "unshare: $!";
}
system('ip link set lo up') == 0 or die 'ip link set lo up';
SG::need_ipv6();

sub ports ($first, $last) {
    return SG::Conf::write_file('/proc/sys/net/ipv4/ip_local_port_range', "$first $last\n");
}

my $mta = SG::MTA->start;
my @others = map { IO::Socket::IP->new(LocalHost => '::1', LocalPort => $_, Listen => 1) // die "$_: $@" }
    grep { $_ != 40005 } 40000 .. 40015;

for my $time (1 .. 4) {
    ports(40000, 40015);
    my $d = SG::Daemon->start(
        core    => { bind_address => [ '127.0.0.1', '::1' ], port => 0, workers => 2 },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ]);
    ports(50000, 59999);
    my ($port) = $d->wait_log(qr/generation 1 serves, 2 workers, port (\d+)/);
    is $port, 40005, 'all other ports are taken at the second address';
    like SG::Client->connect($port, host => $_)->banner, qr/^220/, "$_ is served" for '127.0.0.1', '::1';
    unlike $d->log, qr/in use/, 'and nothing is said of the others';
    SG::finish() if $time < 4;
    $mta = SG::MTA->start if $time < 4;
}
done_testing;
