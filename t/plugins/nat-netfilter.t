# Three namespaces: a client whose connections to port 25 a gateway redirects to
# the proxy, and the server it meant.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Netns;

SG::need_root();
SG::need('nft', 'ip');

my ($built, $why) = SG::Netns::build();
plan skip_all => "needs network namespaces: $why" if !$built;

my %server = (4 => '198.51.100.2', 6 => '2001:db8:2::2');
my %direct = (4 => '192.0.2.1',    6 => '2001:db8:1::1');
my %mta;
for my $version (4, 6) {
    $mta{$version} = SG::Netns::in(
        server => sub { SG::MTA->start(host => $server{$version}, port => 25) });
}

my $daemon = SG::Daemon->start(
    bind => [ '0.0.0.0', '::' ], wrap => SG::Netns::wrap('gateway'),
    core => { workers => 2, max_connections => 50 }, plugins => [ '10-nat-netfilter' => {} ]);
my $port = $daemon->port;

my $prerouting = <<"NFT";
table inet smtp {
    chain prerouting {
        type nat hook prerouting priority dstnat
        iifname "to-client" tcp dport 25 redirect to :$port
    }
}
NFT

sub connect_from ($what, $host, $at = 25) {
    return SG::Netns::in($what => sub { SG::Client->connect($at, host => $host) });
}

sub refusal_of_nobody ($c) {
    like $c->banner, qr/^421 4\.4\.1 proxy\.test Lookup failed/, 'it knows of no server';
    return;
}

SG::Netns::rules($prerouting);

for my $version (4, 6) {
    subtest "A redirected IPv$version client gets the server it wanted." => sub {
        my $c = connect_from(client => $server{$version})->hello;
        like $c->mail("Subject: by IPv$version\r\n\r\nhello\r\n"), qr/^250 /, 'the message is taken';
        my ($message) = $mta{$version}->wait_messages;
        is $message->{body}, "Subject: by IPv$version\r\n\r\nhello\r\n", 'and arrives';
        my $peer = $mta{$version}->session->{peer};
        is $peer, $version == 4 ? '198.51.100.1' : '2001:db8:2::1', 'from the gateway';
        $c->quit;
        my $dst = quotemeta($version == 4 ? "$server{4}:25" : "[$server{6}]:25");
        $daemon->wait_log(qr/NEW .* src=(\S+):\d+, ident=, dst=$dst,/);
        pass 'the log names the destination';
    };

    subtest "A client that connects to the proxy itself by IPv$version gets no server." => sub {
        refusal_of_nobody(connect_from(client => $direct{$version}, $port));
        is scalar($mta{$version}->sessions), 1, 'nobody was dialled';
    };
}

subtest 'A client whose server is dead is told so.' => sub {
    my $c = connect_from(client => '198.51.100.1');
    is $c->banner, '421 4.4.1 proxy.test Cannot connect to server [198.51.100.1]: Connection refused', 'and why';
};

subtest 'The proxy\'s own connections, redirected back to it, end at once.' => sub {
    SG::Netns::rules($prerouting . <<"NFT");
table inet loop {
    chain output {
        type nat hook output priority -100
        tcp dport 25 redirect to :$port
    }
}
NFT
    for my $version (4, 6) {
        my $before = () = $daemon->log =~ /NEW \(/g;
        my $served = $mta{$version}->sessions;
        my $c = connect_from(client => $server{$version});
        like $c->banner, qr/^554 proxy\.test Proxy loop avoided$/, "by IPv$version: refused";
        ok $c->closed, 'and closed';
        my $after = () = $daemon->log =~ /NEW \(/g;
        cmp_ok $after - $before, '<=', 4, 'after a round or two';
        is scalar($mta{$version}->sessions), $served, 'the server was not bothered';
    }
};

subtest 'Without rules a direct client still gets no server.' => sub {
    SG::Netns::rules('');
    refusal_of_nobody(connect_from(client => $direct{4}, $port));
};

done_testing;
