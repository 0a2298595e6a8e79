# Who speaks early although it is honest: its server has told it that it may.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub relay ($mta, %opt) {
    my $core = delete $opt{core} // {};
    return SG::Daemon->start(
        core    => $core,
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '40-earlytalk' => \%opt,
        ]);
}

# A client at an address of its own, which speaks early.
sub early ($mta, $daemon, $from) {
    $mta->hold('BANNER');
    my $n = $mta->sessions;
    my $c = SG::Client->connect($daemon->port, from => $from);
    $mta->wait_sessions($n + 1);
    $c->send_line('EHLO early.test');
    $mta->release('BANNER');
    return $c->banner;
}

subtest 'A client that has waited before is told 421, and nothing is held against it.' => sub {
    my $mta = SG::MTA->start;
    my $daemon = relay($mta);
    my $honest = SG::Client->connect($daemon->port, from => '127.0.0.7')->hello;
    $honest->quit;
    is early($mta, $daemon, '127.0.0.7'), '421 4.7.0 proxy.test Next time wait for MTA greeting',
        'it may come again';
    $daemon->wait_log(qr/FOUND:EARLYTALK src=127\.0\.0\.7 ident=, waited_before=1$/m);
    like $daemon->status, qr{^Found:    0/0/0/0/0/0 }m, 'no find';
    is early($mta, $daemon, '127.0.0.8'), '554 proxy.test Next time wait for MTA greeting',
        'a stranger is refused for good';
    like $daemon->status, qr{^Found:    0/0/0/0/0/1 }m, 'which is one';
    SG::finish();
};

subtest 'All workers know who has waited.' => sub {
    my $mta = SG::MTA->start;
    my $daemon = relay($mta, core => { workers => 4 });
    SG::Client->connect($daemon->port, from => '127.0.0.7')->hello->quit;
    like early($mta, $daemon, '127.0.0.7'), qr/^421 /, "the $_. time" for 1 .. 8;
    SG::finish();
};

subtest 'What would invite clients to speak early is not offered.' => sub {
    for my $log_only ('no', 'yes') {
        my $mta = SG::MTA->start(ehlo => [ 'SIZE 1000', 'PIPECONNECT', 'X_PIPE_CONNECT', 'PIPELINING' ]);
        my $daemon = relay($mta, log_only => $log_only);
        my $c = SG::Client->connect($daemon->port)->hello;
        is $c->{ehlo}, "250-mta.test\n250-SIZE 1000\n250 PIPELINING", "log_only = $log_only";
        SG::finish();
    }
    my ($c) = SG::relay(mta => { ehlo => [ 'X_PIPE_CONNECT', 'PIPELINING' ] });
    like $c->hello->{ehlo}, qr/X_PIPE_CONNECT/, 'without the plugin it is';
    SG::finish();
};

done_testing;
