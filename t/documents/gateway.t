# The rules of doc/gateway.md do what it says: clients at lan0 reach their server through
# the proxy, whoever is elsewhere does not reach the proxy, and programs on the router go
# through it as well, but not the proxy itself.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Documents;
use SG::Netns;
use Test::More;

SG::need_root();
SG::need(qw(nft ip iptables ip6tables));
my ($built, $why) = SG::Netns::build();
plan skip_all => "needs network namespaces: $why" if !$built;

my @blocks = SG::Documents::blocks('doc/gateway.md');
my ($gateway, $local) = map { $_->{text} } grep { $_->{kind} eq 'nft' } @blocks;
my ($iptables) = map { $_->{text} } grep { $_->{kind} eq 'sh' && $_->{text} =~ /^iptables/ } @blocks;
my ($mark) = map { $_->{text} =~ /^upstream_mark = (\d+)/m } grep { $_->{kind} eq 'conf' } @blocks;

my $mta = SG::Netns::in(server => sub { SG::MTA->start(host => '198.51.100.2', port => 25) });
my $daemon = SG::Daemon->start(
    bind => [ '0.0.0.0', '::' ], wrap => SG::Netns::wrap('gateway'),
    core => { upstream_mark => $mark }, plugins => [ '10-nat-netfilter' => {} ]);

# The document's interface and port are those of the test.
sub here ($text) { return $text =~ s/\blan0\b/to-client/gr =~ s/\b9199\b/@{[ $daemon->port ]}/gr }

sub connect_from ($what, $host, $port) {
    return SG::Netns::in($what => sub { SG::Client->connect($port, host => $host, timeout => 10) });
}

sub through ($what, $title) {
    my $before = () = $daemon->log =~ /\bNEW /g;
    my $c = connect_from($what, '198.51.100.2', 25)->hello;
    like($c->mail("Subject: x\r\n\r\n$title\r\n"), qr/^250/, $title);
    $c->quit;
    my $after = () = $daemon->log =~ /\bNEW /g;
    is($after, $before + 1, '… by one session of the proxy');
    return;
}

# A connection that is dropped shows in the counters, not by waiting for it.
sub dropped ($title) {
    my $socket = SG::Netns::in(server => sub {
        IO::Socket::IP->new(PeerHost => '198.51.100.1', PeerPort => $daemon->port, Blocking => 0) });
    my $chain = join ' ', @{ SG::Netns::wrap('gateway') };
    SG::wait_for { qx($chain sh -c 'nft list ruleset; iptables -vxnL INPUT') =~ /packets [1-9]\d* bytes \d+ drop|^\s*[1-9]\d* +\d+ DROP/m } 10, $title;
    pass($title);
    return;
}

SG::Netns::rules(here($gateway) =~ s/(dport \d+) drop/$1 counter drop/r);
through(client => 'with nft, a client reaches its server');
dropped('with nft, somebody elsewhere does not reach the proxy');

SG::Netns::rules(here($gateway) . here($local));
through(gateway => 'with the second table, so does a program on the router');
through(client  => 'and a client still does');

SG::Netns::rules('');
SG::Netns::in(gateway => sub { system('sh', '-ec', here($iptables)) == 0 }) or die 'iptables failed';
through(client => 'with iptables, a client reaches its server');
dropped('with iptables, somebody elsewhere does not reach the proxy');
done_testing;
