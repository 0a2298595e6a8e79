# Above pipeline_size reading pauses: no error, no loss.  The statefile counts it
# when a client had more to say than could go.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client that pipelines more than pipeline_size waits and loses nothing.' => sub {
    my $cut = shift;
    my ($c, $mta, $d) = SG::relay(
        mta => { holds => ['NOOP'], reply => { NOOP => sub ($s, $line) { "250 2.0.0 $line" } } },
        core => { pipeline_size => 16 });
    $c->hello;
    $c->send_line(map { "NOOP $_" } 1 .. 200);
    $mta->wait_command(qr/^NOOP 16$/);
    SG::wait_for { $d->status =~ m{^Errors:\s+[1-9]\d* \(pipeline\)}m } 10, 'the pause' if !$cut;
    my @forwarded = grep { /NOOP/ } @{ $mta->session->{commands} };
    is scalar @forwarded, 16, 'no more than that is in flight';
    $mta->release('NOOP');
    my @wrong = grep { $c->reply ne "250 2.0.0 NOOP $_" } 1 .. 200;
    is "@wrong", '', 'all 200 replies come, in order';
};
