# Several replies are owed: those that came still count, one 421 for the rest.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Of a batch the client gets what the server said, then 421.' => sub {
    my ($c, $mta) = SG::relay(mta => { fault => { rset => 'reset' } });
    $c->hello;
    $c->send_line('NOOP');
    like $c->reply, qr/^250/, 'NOOP';
    $c->send_line('RSET', 'NOOP', 'NOOP');
    like $c->reply, qr/^421 /, '421';
    ok $c->closed, 'and the end';
};
