
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Without slots there is the header and no row.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { statefile_type => 'human' });
    $c->hello;
    like $d->status, qr/^ *slot pid .*\n\z/m, 'the header is the last line';
};
