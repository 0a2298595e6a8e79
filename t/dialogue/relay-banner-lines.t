# A greeting may have several lines (RFC 5321, 4.2); 1.4 read but one.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A banner of several lines arrives whole.' => sub {
    my ($c, $mta) = SG::relay(mta => { banner => "220-mta.test ESMTP\n220-no spam\n220 ready" });
    is $c->banner, "220-mta.test ESMTP\n220-no spam\n220 ready", 'all its lines';
    like $c->cmd('NOOP'), qr/^250/, 'and only they: the next reply is NOOP\'s';
};
