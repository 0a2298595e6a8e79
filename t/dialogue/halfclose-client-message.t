
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client that half-closes behind its message gets its reply.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { end => 'pass', gate => $gate });
    $c->hello->envelope;
    $c->send_raw("x\r\n.\r\nQUIT\r\n");
    $c->shut;
    SG::open_gate($gate);
    like $c->reply, qr/^250/, 'the message';
    like $c->reply, qr/^221/, 'QUIT';
    is $c->closed, 'eof', 'the end';
    is scalar(() = $mta->messages), 1, 'it was delivered';
};
