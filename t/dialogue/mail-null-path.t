
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The null reverse-path passes, and a bounce with it.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->mail("x\r\n", ''), qr/^250/, 'taken';
    is +($mta->messages)[0]{from}, '', 'from nobody';
};
