# The case seen in 1.4: the first part scanned, the virus behind it delivered.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What stands behind LF.LF is checked, too.' => sub {
    for my $end ("\n.\n", "\n.\r\n") {
        my ($c, $mta) = SG::relay(mta => { lenient => 1 }, verdict => { end => 'reject if MARKER' });
        $c->hello->envelope;
        $c->send_raw("clean${end}MARKER\r\n.\r\n");
        like $c->reply, qr/^550/, 'refused';
        $mta->wait_end;
        is scalar(() = $mta->messages), 0, 'even a lenient server got no message';
        SG::finish();
    }
};
