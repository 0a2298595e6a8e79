
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A takeover and its end are in the log.' => sub {
    my ($c, $mta, $d) = SG::relay(verdict => { end => 'reject if MARKER', text => 'found it' });
    $c->hello->mail("MARKER\r\n");
    $c->quit;
    my ($n) = $d->wait_log(qr/\[(\d+)\]: SESSION TAKEOVER: src=127\.0\.0\.1, ident=, trns=1, reason=.*found it/);
    $d->wait_log(qr/\[$n\]: CLOSE:TAKEN/);
    unlike $d->log, qr/\[$n\]: CLOSE by=/, 'and there is one close line only';
};
