# The first objection decides and the others are cancelled.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An objection does not wait for checks that are still thinking.' => sub {
    my ($c) = SG::relay(
        plugins => [ '40-verdict@slow' => { end => 'never if MARKER', timeout => '60s' } ],
        verdict => { end => 'reject if MARKER', text => 'found' });
    $c->hello;
    like $c->mail("MARKER\r\n"), qr/^550 .*found/, 'it comes at once';
};
