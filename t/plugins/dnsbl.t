# Block lists, as a real DNS server has them.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;
use SG::Nsd;

SG::need('nsd');
SG::need_ipv6();

my $six = join '.', '1', ('0') x 31;    # ::1
my $nsd = SG::Nsd->start(
    'first.test' => ['1.0.0.127 A 127.0.0.2', "$six A 127.0.0.2"],
    'second.test' => ['1.0.0.127 A 127.0.0.10', '1.0.0.127 A 127.0.1.4'],
    'empty.test' => [],
    'errors.test' => ['1.0.0.127 A 127.255.255.254'],
    'parked.test' => ['* A 192.0.2.80'],
    'good.test' => ['1.0.0.127 A 127.0.0.3'],
    'turned-off.test' => ['1.0.0.127 A 127.0.0.1'],
    'elsewhere.test' => ['1.0.0.127 A 127.0.1.2', '1.0.0.127 A 127.0.0.255'],
    'abcdefghij0123456789klmnop.zen.test' => ['1.0.0.127 A 127.0.0.2'],
    'mykey.list.test' => ['1.0.0.127 A 127.0.0.2'],
);
my $mta = SG::MTA->start;
my $mta6 = SG::MTA->start(host => '::1');

# Ends what a subtest began; the servers stay.
sub over () { $_->finish_all for 'SG::Client', 'SG::Daemon'; return }

sub relay ($zones, %opt) {
    my $to = $opt{ipv6} ? $mta6 : $mta;
    return SG::Daemon->start(
        bind => $opt{ipv6} ? '::1' : '127.0.0.1',
        plugins => [
            '10-nat-fixed' => { server => $opt{ipv6} ? '::1' : '127.0.0.1', port => $to->port },
            '45-dnsbl' => { zones => $zones, nameservers => [ $nsd->at ], %{ $opt{dnsbl} // {} } },
            @{ $opt{plugins} // [] },
        ]);
}

# What a client is greeted with.
sub banner ($daemon, %opt) {
    my $c = SG::Client->connect($daemon->port, %opt);
    my $banner = $c->banner;
    $c->close;
    return $banner;
}

sub is_refused ($daemon, $list, $answer, $title, %opt) {
    is banner($daemon, %opt), "554 proxy.test Rejected by DNS blacklist: DNSBL: $list: $answer", $title;
    return;
}

sub passes ($daemon, $title, %opt) { like banner($daemon, %opt), qr/^220 mta\.test/, $title; return }

subtest 'A listed client is refused when it connects, others are not.' => sub {
    my $daemon = relay([ 'empty.test', 'first.test' ]);
    is_refused($daemon, 'first.test', '127.0.0.2', 'listed');
    $daemon->wait_log(qr/DNSBL:OK domain=1\.0\.0\.127\.empty\.test$/m);
    $daemon->wait_log(qr/DNSBL:FOUND domain=1\.0\.0\.127\.first\.test, answer=127\.0\.0\.2$/m);
    my $port = $mta->port;
    $daemon->wait_log(qr/DNSBL:REJECT from=127\.0\.0\.1:\d+ to=127\.0\.0\.1:$port$/m);
    over();
    passes(relay(['empty.test']), 'not listed');
    passes(relay([]), 'no list at all');
    over();
};

subtest 'An IPv6 client is looked up by its nibbles.' => sub {
    my $daemon = relay(['first.test'], ipv6 => 1);
    is_refused($daemon, 'first.test', '127.0.0.2', 'listed', host => '::1');
    $daemon->wait_log(qr/DNSBL:FOUND domain=\Q$six\E\.first\.test, answer=127\.0\.0\.2$/m);
    passes(relay(['second.test'], ipv6 => 1), 'not listed', host => '::1');
    over();
};

subtest 'Only the answers that count do.' => sub {
    is_refused(relay(['second.test=127.0.1.0/24']), 'second.test', '127.0.1.4', 'the second answer');
    is_refused(relay(['second.test=127.0.0.9,127.0.0.10']), 'second.test', '127.0.0.10', 'by address');
    passes(relay(['second.test=127.0.0.2,127.0.2.0/24']), 'neither');
    over();
};

subtest 'Without answers of its own, what counts of a list are 127.0.0.2 to 127.0.0.254.' => sub {
    passes(relay(['elsewhere.test']), 'listed for something else');
    passes(relay(['turned-off.test=127.0.0.0/8']), '127.0.0.1 never counts');
    is_refused(relay(['elsewhere.test=127.0.0.0/8']), 'elsewhere.test', '127.0.1.2', 'unless they are asked for');
    over();
};

subtest 'The key of a subscription is told to nobody.' => sub {
    my $locks = SG::tempdir();
    chmod 0777, $locks;
    my $daemon = relay(['abcdefghij0123456789klmnop.zen.test']);
    is_refused($daemon, 'zen.test', '127.0.0.2', 'what looks like one');
    $daemon->wait_log(qr/DNSBL:FOUND domain=1\.0\.0\.127\.zen\.test, answer=127\.0\.0\.2$/m);
    unlike $daemon->log, qr/abcdefghij/, 'nor to the log';
    $daemon = relay(['mykey.list.test=127.0.0.2*1 as The.List']);
    is_refused($daemon, 'The.List', '127.0.0.2', 'and what is given a name');
    $daemon->wait_log(qr/DNSBL:FOUND domain=1\.0\.0\.127\.The\.List, answer=127\.0\.0\.2$/m);
    unlike $daemon->log, qr/mykey/, 'nor to the log';
    over();
};

subtest 'Weights must come to the threshold.' => sub {
    my @threshold = (dnsbl => { threshold => 3 });
    passes(relay([ 'first.test', 'second.test' ], @threshold), 'one and one');
    is_refused(relay([ 'first.test', 'second.test*2' ], @threshold), 'first.test', '127.0.0.2', 'one and two');
    is_refused(relay(['second.test=127.0.0.10*3'], @threshold), 'second.test', '127.0.0.10', 'three alone');
    passes(relay([ 'first.test*3', 'good.test*-1' ], @threshold), 'three, and one taken off');
    is_refused(relay([ 'first.test*3', 'empty.test*-1' ], @threshold), 'first.test', '127.0.0.2',
        'nothing taken off, since it is not listed there');
    over();
};

subtest 'Answers that say nothing of the client refuse nobody, make no lock, and are logged once.' => sub {
    my $locks = SG::tempdir();
    chmod 0777, $locks;
    my $daemon = relay([ 'errors.test', 'errors.test=127.0.0.0/8', 'parked.test' ],
        plugins => [ '30-lock-files' => { path => $locks, local => 'yes', on => ['dnsbl'] } ]);
    passes($daemon, $_) for 'once', 'twice';
    my @failures = $daemon->log =~ /DNSBL:FAIL (.*)$/mg;
    is_deeply [ sort @failures ],
        [ 'domain=errors.test, result=the answer 127.255.255.254 is not a listing',
          'domain=parked.test, result=the answer 192.0.2.80 is not a listing' ], 'one line each';
    is scalar(() = glob "$locks/*"), 0, 'no lock';
    is_refused(relay(['parked.test=192.0.2.80']), 'parked.test', '192.0.2.80', 'unless it is asked for');
    over();
};

subtest 'A listing is an event, which locks the client out.' => sub {
    my $locks = SG::tempdir();
    chmod 0777, $locks;
    my $daemon = relay(['first.test'],
        plugins => [ '30-lock-files' => { path => $locks, local => 'yes', on => ['dnsbl'] } ]);
    is_refused($daemon, 'first.test', '127.0.0.2', 'the first time by the list');
    open my $lock, '<', "$locks/127.0.0.1" or die "no lock: $!";
    is readline($lock), "DNSBL\n", 'the lock says why';
    unlike banner($daemon), qr/DNSBL/, 'the second time by the lock';
    over();
};

for my $cut (undef, 'random', 1) {
    local $SG::Pieces::CUT = $cut;
    subtest 'With skip_authenticated it is decided at MAIL. [' . ($cut // 'whole') . ']' => sub {
        my $server = SG::MTA->start(with => ['AUTH PLAIN'], users => { me => 'secret' });
        my $daemon = SG::Daemon->start(
            plugins => [
                '10-nat-fixed' => { server => '127.0.0.1', port => $server->port },
                '45-dnsbl' => { zones => ['first.test'], nameservers => [ $nsd->at6 ],
                    skip_authenticated => 'yes' },
            ]);
        my $c = SG::Client->connect($daemon->port);
        like $c->banner, qr/^220 /, 'not when it connects';
        like $c->cmd('EHLO client.test'), qr/^250/, 'nor at EHLO';
        is $c->cmd('MAIL FROM:<a@client.test>'),
            '550 5.7.1 proxy.test Rejected by DNS blacklist: DNSBL: first.test: 127.0.0.2', 'at MAIL';
        like $c->cmd('NOOP'), qr/^250 /, 'the proxy plays the server then';
        $daemon->wait_log(qr/DNSBL:REJECT MAIL$/m);
        $c = SG::Client->connect($daemon->port)->hello;
        like $c->cmd("AUTH PLAIN AG1lAHNlY3JldA=="), qr/^235 /, 'who authenticates';
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^250 /, 'may send';
        over();
    };
}

subtest 'What is no list, or no server, is refused by name.' => sub {
    my %wrong = (
        'first.test*0' => 'whole number', 'first.test*x' => 'whole number',
        'first.test=127.0.0' => 'IPv4 addresses', 'first.test=127.0.0.1/33' => 'IPv4 addresses',
        'first.test=127.0.0.1' => '127\.0\.0\.1 never is a listing', 'first.test as' => 'name of a DNS zone',
        'first.test as a b' => 'name that is shown', join('.', ('a' x 47) x 4) => 'too long',
        'a' x 64 => 'name of a DNS zone', '=127.0.0.2' => 'name of a DNS zone', 'a b' => 'name of a DNS zone',
    );
    for my $zone (sort keys %wrong) {
        my ($status, $said) = SG::Check::check(
            plugins => [ '45-dnsbl' => { zones => [$zone], nameservers => ['127.0.0.1'] } ]);
        isnt $status, 0, "'$zone' is refused";
        like $said, qr/45-dnsbl\.conf.*\Q'$zone'\E.*$wrong{$zone}/, 'with the reason';
    }
    for my $server ('localhost', '127.0.0.1:0', '127.0.0.1:x', '[::1', '[127.0.0.1]', '::1:99999') {
        my ($status, $said) = SG::Check::check(
            plugins => [ '45-dnsbl' => { zones => ['first.test'], nameservers => [$server] } ]);
        isnt $status, 0, "server '$server' is refused";
        like $said, qr/\Q'$server'\E is not a server: write IP or IP:port/, 'with the reason';
    }
};

done_testing;
