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
        mta => { holds => ['RCPT'], reply => { RCPT => sub ($s, $line) { "250 2.1.5 $line" } } },
        core => { pipeline_size => 16 });
    $c->hello;
    $c->cmd('MAIL FROM:<a@client.test>');
    $c->send_line(map { "RCPT TO:<b$_\@server.test>" } 1 .. 200);
    $mta->wait_command(qr/<b16@/);
    SG::wait_for { $d->status =~ m{^Errors:\s+[1-9]\d* \(pipeline\)}m } 10, 'the pause' if !$cut;
    my @forwarded = grep { /RCPT/ } @{ $mta->session->{commands} };
    is scalar @forwarded, 16, 'no more than that is in flight';
    $mta->release('RCPT');
    my @wrong = grep { $c->reply ne "250 2.1.5 RCPT TO:<b$_\@server.test>" } 1 .. 200;
    is "@wrong", '', 'all 200 replies come, in order';
};
