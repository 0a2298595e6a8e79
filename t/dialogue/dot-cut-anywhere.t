# The bytes that matter, cut in two at each place.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A marked message is refused wherever its bytes are cut.' => sub {
    my ($first, $mta, $d) = SG::relay(verdict => { end => 'reject if MARKER' });
    my $bytes = "x\r\nMARKER\r\n..\r\nMAR\r\n.\r\n";
    for my $at (1 .. length($bytes) - 1) {
        my $c = SG::Client->connect($d->port, cuts => undef)->hello;
        $c->envelope;
        $c->send_raw(substr $bytes, 0, $at);
        $c->send_raw(substr $bytes, $at);
        like $c->reply, qr/^550/, "cut at $at";
        $c->close;
    }
    is scalar(() = $mta->messages), 0, 'the server got no message';
}, only => ['whole'];
