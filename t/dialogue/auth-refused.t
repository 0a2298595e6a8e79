
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A refused AUTH leaves the session unauthenticated and in step.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { with => ['AUTH PLAIN'], users => { joe => 'secret' } });
    $c->hello;
    like $c->cmd('AUTH PLAIN AGpvZQB3cm9uZw=='), qr/^535/, 'refused';
    like $c->cmd('AUTH CRAM-MD5'), qr/^504/, 'another mechanism, too';
    like $c->cmd('NOOP'), qr/^250/, 'the session goes on';
    like $d->status, qr{^Auth: +0/2 }m, 'both are counted';
    like $c->quit, qr/^221/, 'QUIT';
    $d->wait_log(qr/CLOSE by=\w+, .*auth=0/);
};
