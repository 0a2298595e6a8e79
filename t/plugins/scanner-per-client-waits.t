# What waits for its turn with a scanner waits as long as a check may take, and no longer
# than anybody wants it; what a worker that dies had is given back.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Scanner;

my $mta = SG::MTA->start;

my %short = (timeout => 2 * SG::patience() . 's');

sub relay ($scanner, %options) {
    return SG::Daemon->start(core => { workers => 1 },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            $scanner->plugin(per_client => 1, %options) ]);
}

sub sends ($daemon, $text) {
    my $c = SG::Client->connect($daemon->port)->hello;
    $c->envelope;
    $c->send_raw("$text\r\n.\r\n");
    return $c;
}

sub leave (@clients) { $_->quit, $_->close for @clients; return }

sub waits ($daemon, $text) {
    my $before = () = $daemon->log =~ /WAITS/g;
    my $c = sends($daemon, $text);
    SG::wait_for { (() = $daemon->log =~ /WAITS/g) > $before } 10, 'it to wait';
    return $c;
}

for my $kind ('clamd', 'spamd') {
    subtest "What does not get its turn with $kind in time is told to come again." => sub {
        my $scanner = SG::Scanner->start($kind, 4);
        my $daemon = relay($scanner, %short);
        my $first = sends($daemon, 'first');
        SG::wait_for { $scanner->asked == 1 } 10, 'the first to be looked at';
        my $second = waits($daemon, 'second');
        like $_->reply, qr/^451 4\.\d\.\d /, 'for now' for $first, $second;
        $daemon->wait_log(qr/:TIMEOUT size=8, .*, result=/);
        $scanner->be_quick;
        my $again = sends($daemon, 'second');
        like $again->reply, qr/^250 /, 'and it is taken when it comes again';
        leave($first, $second, $again);
        is_deeply [ map { $_->{body} } $mta->messages ], [ ("second\r\n") x ($kind eq 'clamd' ? 1 : 2) ], 'nothing else is';
        SG::Daemon->finish_all;
    };
}

subtest 'Where errors are to be ignored, it passes then.' => sub {
    my $scanner = SG::Scanner->start('clamd', 4);
    my $daemon = relay($scanner, %short, on_error => 'pass');
    my $first = sends($daemon, 'first');
    SG::wait_for { $scanner->asked == 1 } 10, 'the first to be looked at';
    my $second = waits($daemon, 'second');
    like $_->reply, qr/^250 /, 'both' for $first, $second;
    leave($first, $second);
    SG::Daemon->finish_all;
};

subtest 'Who leaves while he waits is in nobody\'s way.' => sub {
    my $scanner = SG::Scanner->start('clamd', 4);
    my $daemon = relay($scanner);
    my $first = sends($daemon, 'first');
    SG::wait_for { $scanner->asked == 1 } 10, 'the first to be looked at';
    waits($daemon, 'second')->reset;
    $daemon->wait_log(qr/SCAN:TIMEOUT size=8, .*, result=it was not its turn with clamd before the check was given up$/m);
    pass 'the log says what it waited for';
    my $third = waits($daemon, 'third');
    $scanner->be_quick;
    like $_->reply, qr/^250 /, 'the others are taken' for $first, $third;
    leave($first, $third);
    SG::Daemon->finish_all;
};

subtest 'A worker that dies gives back what it had.' => sub {
    my $scanner = SG::Scanner->start('clamd', 4);
    my $daemon = relay($scanner);
    my $first = sends($daemon, 'first');
    SG::wait_for { $scanner->asked == 1 } 10, 'the first to be looked at';
    my ($worker) = $daemon->worker_pids;
    CORE::kill('KILL', $worker);
    ok $first->closed, 'its client is cut off';
    $scanner->be_quick;
    my $again = sends($daemon, 'again');
    like $again->reply, qr/^250 /, 'the same client is looked at by the next worker';
    unlike $daemon->log, qr/WAITS/, 'at once';
    leave($again);
    SG::Daemon->finish_all;
};
done_testing;
