
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With log_helo HELO and EHLO are logged with their name, at most 48 bytes of it.' => sub {
    my $long = 'x' x 100 . '.test';
    my ($c, $mta, $d) = SG::relay(core => { log_helo => 'yes' });
    $c->banner;
    $c->cmd('HELO first.test');
    $d->wait_log(qr/\]: HELO src=127\.0\.0\.1, ident=, helo=first\.test$/m);
    $c->cmd('EHLO second.test');
    $d->wait_log(qr/\]: EHLO src=127\.0\.0\.1, ident=, helo=second\.test$/m);
    $c->cmd("EHLO $long");
    $d->wait_log(qr/\]: EHLO src=127\.0\.0\.1, ident=, helo=x{48}$/m);
    pass 'all three';
};
