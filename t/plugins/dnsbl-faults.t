# Name servers that are dead, silent, or out of their mind: nobody is refused
# because of them, and nobody waits longer than he must.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;

my $mta = SG::MTA->start;

# Ends what a subtest began; the servers stay.
sub over () { $_->finish_all for 'SG::Client', 'SG::Daemon'; return }

sub relay ($server, %opt) {
    return SG::Daemon->start(
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '45-dnsbl' => { zones => ['list.test'], nameservers => [$server], patience => '300ms', %opt },
        ]);
}

sub banner ($daemon) {
    my $c = SG::Client->connect($daemon->port);
    my $banner = $c->banner;
    $c->close;
    return $banner;
}

sub failure ($daemon) { return $daemon->wait_log(qr/DNSBL:FAIL domain=list\.test, result=(.*)$/m) }

my $nobody = SG::Port::nobody();

sub header ($flags, @counts) { return \pack('n5', $flags, @counts) }

my $question = "\x011\x010\x010\x03127\x04list\x04test\0\0\1\0\1";
my %bad = (
    'says SERVFAIL'          => sub { 'servfail' },
    'refuses'                => sub { 'refused' },
    'does not answer'        => sub { 'silence' },
    'sends half a header'    => sub { \"\x81\x80" },
    'sends an empty message' => sub { header(0x8180, 0, 0, 0, 0) },
    'promises records'       => sub { \(pack('n5', 0x8180, 1, 65535, 0, 0) . $question) },
    'loops in a name'        => sub { \(pack('n5', 0x8180, 1, 1, 0, 0) . $question . "\xc0" . chr(12 + length $question)
            . pack('nnNn/a', 1, 1, 300, "\x7f\0\0\2")) },
    'sends a short address'  => sub { \(pack('n5', 0x8180, 1, 1, 0, 0) . $question . pack('nnnNn/a', 0xc00c, 1, 1, 300, "\x7f")) },
    'speaks of another name' => sub { \(pack('n5', 0x8180, 1, 1, 0, 0) . $question
            . "\5other\4test\0" . pack('nnNn/a', 1, 1, 300, "\x7f\0\0\2")) },
    'has another type' => sub { \(pack('n5', 0x8180, 1, 1, 0, 0) . $question . pack('nnnNn/a', 0xc00c, 28, 1, 300, "\x7f\0\0\2")) },
);

for my $way (sort keys %bad) {
    subtest "A server that $way refuses nobody." => sub {
        my $daemon = relay(SG::DNS->start($bad{$way})->at);
        like banner($daemon), qr/^220 mta\.test/, 'the client passes';
        over();
    };
}

subtest 'A dead server, too, and the log has it once.' => sub {
    my $daemon = relay($nobody);
    like banner($daemon), qr/^220 mta\.test/, $_ for 'once', 'twice';
    isnt failure($daemon), '', 'a reason';
    is scalar(() = $daemon->log =~ /DNSBL:FAIL/g), 1, 'one line';
    over();
};

subtest 'The second server is asked when the first is dead.' => sub {
    my $dns = SG::DNS->start(sub { '127.0.0.2' });
    my $daemon = relay($nobody, nameservers => [ $nobody, $dns->at ], patience => '10s');
    like banner($daemon), qr/^554 .*list\.test: 127\.0\.0\.2$/, 'the client is refused';
    over();
};

subtest 'An alias is followed.' => sub {
    my $dns = SG::DNS->start(sub {
        \(pack('n5', 0x8180, 1, 2, 0, 0) . $question . pack('nnnNn/a', 0xc00c, 5, 1, 300, "\5other\4test\0")
            . "\5OTHER\4test\0" . pack('nnNn/a', 1, 1, 300, "\x7f\0\0\5"));
    });
    like banner(relay($dns->at)), qr/^554 .*list\.test: 127\.0\.0\.5$/, 'to the answer';
    over();
};

subtest 'An answer is kept as long as it says, and a question under way is not sent twice.' => sub {
    my $dns = SG::DNS->start(sub { '127.0.0.2' }, hold => 1);
    my $daemon = relay($dns->at, patience => '20s');
    my @clients = map { SG::Client->connect($daemon->port) } 1 .. 3;
    $dns->wait_questions(1);
    $dns->release;
    like $_->banner, qr/^554 /, 'one of three at the same time' for @clients;
    like banner($daemon), qr/^554 /, 'one later';
    is_deeply [ $dns->questions ], ['A 1.0.0.127.list.test'], 'one question for all';
    over();
};

subtest 'Nothing is kept of an answer without a time to live.' => sub {
    my $dns = SG::DNS->start(sub { 'nothing' });
    my $daemon = relay($dns->at);
    like banner($daemon), qr/^220 mta\.test/, $_ for 'once', 'twice';
    is scalar($dns->questions), 2, 'two questions';
    over();
};

subtest 'A client that leaves while the list is asked harms nobody.' => sub {
    my $dns = SG::DNS->start(sub { 'nothing' }, hold => 1);
    my $daemon = relay($dns->at, patience => '20s');
    my $c = SG::Client->connect($daemon->port);
    $dns->wait_questions(1);
    $c->close;
    $daemon->wait_log(qr/CLOSE by=client/);
    $dns->release;
    like banner($daemon), qr/^220 mta\.test/, 'the next is served';
    over();
};

subtest 'With nameservers no file of the system is read.' => sub {
    plan skip_all => 'needs strace' if !SG::_found('strace');
    plan skip_all => 'the leak checker cannot be traced' if $ENV{SG_SANITIZED};
    my $dns = SG::DNS->start(sub { '127.0.0.2' });
    my $out = SG::tempdir() . '/calls';
    my $daemon = SG::Daemon->start(
        wrap => [ 'strace', '-D', '-f', '-qq', '-e', 'trace=open,openat', '-o', $out ],
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '45-dnsbl' => { zones => ['list.test'], nameservers => [ $dns->at ] },
        ]);
    like banner($daemon), qr/^554 /, 'the list was asked';
    over();
    open my $in, '<', $out or die "$out: $!";
    my @calls = <$in>;
    ok scalar(grep { /45-dnsbl\.conf/ } @calls), 'what is opened is seen';
    ok !(grep { m{/etc/(?:resolv|host|nsswitch)} && !/O_PATH/ } @calls), 'nothing of them';
};

done_testing;
