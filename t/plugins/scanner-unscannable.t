# A message that the scanner can make nothing of: that is the message's fault, and
# on_unscannable says what becomes of it, whatever on_error says.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;
use SG::Signatures;

my $mta = SG::MTA->start;

sub verdict ($answer, $options) {
    my $peer = SG::Peer->start(sub ($connection) {
        SG::Peer::read_until($connection, qr/zFILDES\0\0|\0\0\0\0\z/) // return;
        print {$connection} "1: stream: $answer\0";
        SG::Peer::hang($connection);
    });
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '60-av-clamd'  => { socket => $peer->at, %$options },
    ]);
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail(SG::Signatures::harmless());
    $c->quit;
    $c->close;
    SG::Daemon->finish_all;
    $peer->stop;
    return ($reply, $daemon->log);
}

my %policies = (
    reject   => [ 'pass', qr/^550 5\.6\.0 proxy\.test Message cannot be scanned$/ ],
    tempfail => [ 'pass', qr/^451 4\.6\.0 proxy\.test Message cannot be scanned$/ ],
    pass     => [ 'reject', qr/^250 / ],
);
for my $answer (q(Can't parse data ERROR), 'Bad format or broken data ERROR', 'Heuristics.Limits.Exceeded.MaxFiles FOUND') {
    for my $policy (sort keys %policies) {
        my ($on_error, $expected) = @{ $policies{$policy} };
        my ($reply, $log) = verdict($answer, { on_error => $on_error, on_unscannable => $policy });
        like $reply, $expected, "$answer: $policy";
        like $log, qr/SCAN:UNSCANNABLE .*, result=clamd .*\Q${\ ($answer =~ s, FOUND,,r)}\E/, 'it is logged';
    }
}
my ($reply) = verdict(q(Can't write to file ERROR), { on_error => 'tempfail' });
like $reply, qr/^4\d\d /, 'an error of the scanner itself is still one';

done_testing;
