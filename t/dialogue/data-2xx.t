# A 2xx to DATA answers another command: the server says more than it is asked, and from
# there on each reply would be another's.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 2xx to DATA ends the session.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { DATA => '250 2.0.0 OK' } });
    $c->hello;
    like $c->envelope, qr/^421 /, 'DATA';
    ok $c->closed, 'the session is over';
};
