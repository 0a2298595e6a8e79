# How many sessions a client may have, and how busy the machine may be.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my $built = SG::build_dir() . '/t/plugins/.libs';

sub relay ($limits, %opt) {
    my $ident = delete $opt{ident} // '';
    my $mta = SG::MTA->start;
    return SG::Daemon->start(
        extra_plugins => ["$built/witness.so"],
        plugins       => [
            '10-witness' => { server => '127.0.0.1:' . $mta->port, ident => $ident },
            '20-limits'  => { local => 'yes', %$limits },
        ],
        %opt);
}

# The first word to a new client, "220" or the whole refusal; and the client.
sub arrive ($daemon, %opt) {
    my $c = SG::Client->connect($daemon->port, %opt);
    my $banner = $c->banner;
    return ($banner =~ /^220 / ? '220' : $banner, $c);
}

my $too_many = '421 4.7.0 proxy.test Too many connections from your address, try again later';

subtest 'A client may have per_host sessions, counted over all workers.' => sub {
    my $daemon = relay({ per_host => 3 }, core => { workers => 2 });
    my @open = map { (arrive($daemon))[1] } 1 .. 3;
    my ($said, $c) = arrive($daemon);
    is $said, $too_many, 'the fourth is refused';
    ok $c->closed, 'and closed';
    $daemon->wait_log(qr/Rejecting \(host 4\) connection from 127\.0\.0\.1:\d+$/m);
    is((arrive($daemon, from => '127.0.0.2'))[0], '220', 'another client is not');
    like $daemon->status, qr{^Rejects:  1/0/}m, 'it is counted';
    $open[0]->quit;
    ok SG::wait_for { (arrive($daemon))[0] eq '220' } 10, 'a place';
    SG::finish();
};

subtest 'A refused session counts for nobody.' => sub {
    my $daemon = relay({ per_host => 1 });
    my ($first, $kept) = arrive($daemon);
    is $first, '220', 'one';
    is((arrive($daemon))[0], $too_many, 'and no more') for 1 .. 5;
    $kept->quit;
    ok SG::wait_for { (arrive($daemon))[0] eq '220' } 10, 'a place';
    SG::finish();
};

subtest 'A refused session that its client keeps open counts for nobody either.' => sub {
    my $daemon = relay({ per_host => 1 });
    my ($first, $kept) = arrive($daemon);
    is $first, '220', 'one';
    my ($said, $refused) = arrive($daemon);
    is $said, $too_many, 'one more is refused, and stays';
    $kept->quit;
    $daemon->wait_log(qr/CLOSE by=/);
    is((arrive($daemon))[0], '220', 'there is a place all the same');
    is $refused->closed, 'eof', 'the refused one has its end';
    SG::finish();
};

subtest 'A user may have per_ident sessions, where the ident is known.' => sub {
    my $daemon = relay({ per_host => 8, per_ident => 1, message_ident => 'Enough' }, ident => 'anna');
    my ($first, $kept) = arrive($daemon);
    is((arrive($daemon))[0], '421 4.7.0 proxy.test Enough', 'the second is refused');
    $daemon->wait_log(qr/Rejecting \(ident 2\) connection from 127\.0\.0\.1:\d+ \[anna\]$/m);
    SG::finish();

    $daemon = relay({ per_host => 8, per_ident => 1 });
    my @open = map { [ arrive($daemon) ] } 1 .. 3;
    is $open[2][0], '220', 'nobody is limited who has no ident';
    SG::finish();
};

subtest 'Nobody comes in while the load is too high.' => sub {
    my $asan = join ':', $ENV{ASAN_OPTIONS} // (), 'verify_asan_link_order=0';
    my %busy = (LD_PRELOAD => "$built/busy.so", ASAN_OPTIONS => $asan);
    my $daemon = relay({ load => 2 }, env => { %busy, SG_TEST_LOAD => 2.5 });
    is((arrive($daemon))[0], '421 4.3.2 proxy.test The system is too busy, try again later', 'too high');
    $daemon->wait_log(qr/Rejecting connection from 127\.0\.0\.1:\d+, load=2\.500000$/m);
    SG::finish();

    $daemon = relay({ load => 2 }, env => { %busy, SG_TEST_LOAD => 2.5, SG_TEST_NO_PROC => 1 });
    is((arrive($daemon))[0], '421 4.3.2 proxy.test The system is too busy, try again later', 'without /proc, too');
    SG::finish();

    $daemon = relay({ load => 2 }, env => { %busy, SG_TEST_LOAD => 2 });
    is((arrive($daemon))[0], '220', 'just bearable');
    SG::finish();

    $daemon = relay({}, env => { %busy, SG_TEST_LOAD => 99 });
    is((arrive($daemon))[0], '220', 'there is no limit unless one is set');
    SG::finish();
};

subtest 'The port of an IPv6 client stands behind brackets.' => sub {
    SG::need_ipv6();
    my $daemon = relay({ per_host => 1 }, bind => q(::1));
    my @open = map { [ arrive($daemon, host => '::1') ] } 1 .. 2;
    ok $daemon->wait_log(qr/Rejecting \(host 2\) connection from \[::1\]:\d+$/m), 'one too many of one';
    SG::finish();

    my ($c, $mta, $other) = SG::relay(
        core => { max_connections => 1 }, daemon => { bind => '::1' }, client => { host => '::1' });
    $c->hello;
    SG::Client->connect($other->port, host => '::1')->banner;
    ok $other->wait_log(qr/Rejecting \(1\) connection from \[::1\]:\d+$/m), 'one too many of all';
    SG::finish();
};

subtest 'Programs on this machine are limited only if asked.' => sub {
    my $daemon = relay({ per_host => 1, local => 'no' });
    my @open = map { [ arrive($daemon) ] } 1 .. 3;
    is $open[2][0], '220', 'an MTA here may have as many sessions as it wants';
    SG::finish();
};

done_testing;
