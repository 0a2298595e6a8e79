
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With log_only an objection is logged and the mail passes.' => sub {
    my ($c, $mta, $d) = SG::relay(verdict => { end => 'reject if MARKER', text => 'found it', log_only => 'yes' });
    $c->hello;
    like $c->mail("MARKER\r\n"), qr/^250/, 'it passes';
    is scalar(() = $mta->messages), 1, 'to the server';
    $d->wait_log(qr/found it/);
};
