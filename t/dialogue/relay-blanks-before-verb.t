# Blanks before a verb belong to no command; what is forwarded is without them,
# so that the server reads the same verb as the relay did.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Blanks before a verb do not hide it.' => sub {
    my ($c, $mta) = SG::relay(verdict => { mail => 'reject if evil' });
    $c->hello;
    like $c->cmd("  MAIL FROM:<evil\@client.test>"), qr/^5\d\d/, 'the check sees MAIL';
    like $c->cmd("\t NOOP"), qr/^[25]\d\d/, 'one reply';
    like $c->cmd('NOOP'), qr/^250/, 'and one';
    ok !(grep { /^\s/ } @{ $mta->session->{commands} }), 'the server never sees them';
};
