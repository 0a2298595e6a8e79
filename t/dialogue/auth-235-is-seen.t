
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session that the server has authenticated is known as such.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { with => ['AUTH PLAIN'], users => { joe => 'secret' } });
    $c->hello;
    like $d->status, qr/^ *\d+ \d+ +\w+ +a +\d\d:\d\d 127\.0\.0\.1 /m, 'offered: a';
    like $c->cmd('AUTH PLAIN AGpvZQBzZWNyZXQ='), qr/^235/, '235';
    $d->wait_log(qr/AUTH:ACCEPT src=127\.0\.0\.1, ident=/);
    like $d->status, qr/^ *\d+ \d+ +\w+ +A +\d\d:\d\d 127\.0\.0\.1 /m, 'authenticated: A';
    like $d->status, qr{^Auth: +1/0 }m, 'and counted';
    $c->quit;
    $d->wait_log(qr/CLOSE by=\w+, .*auth=1/);
};
