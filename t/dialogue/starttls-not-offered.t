# Behind a 220 to STARTTLS nothing is looked at: a server that has not offered it may say
# 220 to anything.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'STARTTLS goes only where the last EHLO offered it.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd('STARTTLS'), qr/^503 /, 'refused';
    like $c->cmd('NOOP'), qr/^250/, 'the session goes on';
    is_deeply $mta->session->{commands}, [ 'EHLO client.test', 'NOOP' ], 'the server has not heard of it';
};
