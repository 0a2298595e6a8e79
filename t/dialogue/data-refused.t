# DATA refused, and the client did as it should: it waited.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A refused DATA leaves the session as it was.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { DATA => [ '451 4.3.0 later', '354 go' ] } });
    $c->hello;
    like $c->envelope, qr/^451/, 'refused';
    like $c->cmd('RSET'), qr/^250/, 'RSET';
    like $c->mail("x\r\n"), qr/^250/, 'the next message';
    is scalar(() = $mta->messages), 1, 'arrived';
};
