
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that leaves between commands ends the session.' => sub {
    for my $how ('close', 'reset') {
        my ($c, $mta) = SG::relay();
        $c->hello;
        $mta->hangup($how);
        like $c->reply, qr/^(?:421 |\z)/, "$how: 421 at most";
        ok $c->closed, 'and the end';
        SG::finish();
    }
};
