
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A verdict may bring its own codes.' => sub {
    my ($c) = SG::relay(verdict => { end => 'reject if MARKER', code => 554, enhanced => '5.6.0', text => 'odd' });
    $c->hello;
    is $c->mail("MARKER\r\n"), '554 5.6.0 proxy.test odd', 'which are sent';
};
