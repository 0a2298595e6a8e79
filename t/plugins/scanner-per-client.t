# One client has not all of a scanner that is asked over a socket: beyond per_client its
# messages wait their turn, and others' do not.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Scanner;

my $many = '127.0.0.2';
my $mta = SG::MTA->start;

sub relay ($scanner, $options, %core) {
    return SG::Daemon->start(core => { workers => 2, statefile_type => 'flat', %core },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port }, $scanner->plugin(%$options) ]);
}

# So many clients from one address, each with a message that is complete.
sub send_all ($daemon, $from, $count) {
    my @clients = map { SG::Client->connect($daemon->port, from => $from)->hello } 1 .. $count;
    $_->envelope for @clients;
    $clients[$_]->send_raw("message $_\r\n.\r\n") for 0 .. $#clients;
    return @clients;
}

sub waiting ($daemon) { return scalar(() = $daemon->log =~ /(?:SCAN|SPAM):WAITS src=\Q$many\E, ident=$/mg) }

sub takes_all ($title, @clients) {
    is_deeply [ map { substr $_->reply, 0, 3 } @clients ], [ (250) x @clients ], $title;
    $_->quit, $_->close for @clients;
    return;
}

for my $case (
    [ clamd => { method => 'fildes' } ],
    [ clamd => { method => 'instream' } ],
    [ clamd => { method => 'path' } ],
    [ spamd => { method => 'whole' } ],
    [ spamd => { method => 'stream' } ]
) {
    my ($kind, $way) = @$case;
    subtest "Six messages of one client are three at a time with $kind, $way->{method}." => sub {
        my $scanner = SG::Scanner->start($kind, 4);
        my $daemon = relay($scanner, { %$way, per_client => 3 });
        my $before = () = $mta->messages;
        my @clients = send_all($daemon, $many, 6);
        SG::wait_for { $scanner->asked >= 3 && $scanner->asked + waiting($daemon) >= 6 } 10, 'all of them';
        is $scanner->asked, 3, 'three are with the scanner';
        my ($other) = send_all($daemon, '127.0.0.3', 1);
        SG::wait_for { $scanner->asked == 4 } 10, 'the other client to be looked at';
        pass 'another client finds a child free';
        is scalar(() = $mta->messages), $before, 'nothing is delivered before it is looked at';
        $scanner->be_quick;
        takes_all('it is taken', $other);
        takes_all('and so are those that had waited', @clients);
        my @bodies = sort map { $_->{body} } ($mta->messages)[ $before .. $before + 6 ];
        like $daemon->status, qr/^plugins\.6\d-a[sv]-$kind\.waited: [3-6]$/m, 'which are counted';
        is_deeply \@bodies, [ map { "message $_\r\n" } 0, 0 .. 5 ], 'all are delivered whole';
        SG::Daemon->finish_all;
    };
}

subtest 'One client may have all, if the administrator says so.' => sub {
    my $scanner = SG::Scanner->start('clamd', 6);
    my $daemon = relay($scanner, { per_client => 0 });
    my @clients = send_all($daemon, $many, 6);
    SG::wait_for { $scanner->asked == 6 } 10, 'all of them';
    is waiting($daemon), 0, 'nothing waits';
    like $daemon->status, qr/^plugins\.60-av-clamd\.waited: 0$/m, 'nor is anything counted';
    $scanner->be_quick;
    takes_all('all are taken', @clients);
    SG::Daemon->finish_all;
};

subtest 'Messages that have not arrived leave one place for those that have.' => sub {
    my $scanner = SG::Scanner->start('clamd', 6);
    my $daemon = relay($scanner, { per_client => 3, method => 'instream' });
    my @slow = map { SG::Client->connect($daemon->port, from => $many)->hello } 1 .. 4;
    $_->envelope, $_->send_raw("slow\r\n") for @slow;
    SG::wait_for { $scanner->asked == 2 && waiting($daemon) == 2 } 10, 'two to be streamed';
    my ($whole) = send_all($daemon, $many, 1);
    SG::wait_for { $scanner->asked == 3 } 10, 'the third place to be taken';
    $scanner->be_quick;
    takes_all('by the message that is complete', $whole);
    $_->send_raw(".\r\n") for @slow;
    takes_all('and the others are taken when they are', @slow);
    is scalar(() = $daemon->log =~ /AGAIN/g), 0, 'those that were not streamed have not failed';
    SG::Daemon->finish_all;
};
done_testing;
