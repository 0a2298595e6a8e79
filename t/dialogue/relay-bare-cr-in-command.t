# A CR inside a command line ends the line for some servers.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A bare CR in a command smuggles no second one.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd("NOOP a\rRSET"), qr/^5\d\d /, 'it is refused';
    like $c->cmd('NOOP'), qr/^250/, 'and one reply is all';
    ok $mta->session->{raw} !~ /\r(?!\n)/, 'the server saw none';
};
