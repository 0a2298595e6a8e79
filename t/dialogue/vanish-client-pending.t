# The end is withheld while a check thinks: if the client goes meanwhile, nobody
# would hear the verdict, and the message must not be delivered twice.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message whose client has gone before the verdict is not completed.' => sub {
    my $gate = SG::gate();
    my ($c, $mta, $d) = SG::relay(verdict => { end => 'pass', gate => $gate });
    $c->hello->envelope;
    $c->send_raw("x\r\n.\r\n");
    my $check = SG::reach_gate($gate);
    $c->reset;
    like $mta->wait_end, qr/^peer/, 'the server is left';
    close $check;
    is scalar(() = $mta->messages), 0, 'with no message';
    like $d->status, qr{^Uptime:}m, 'the daemon lives';
};
