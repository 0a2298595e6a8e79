# RFC 5321, 4.5.3.1.4: 512 bytes are allowed, extensions add to that; nobody
# needs what is longer than a buffer.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A command line that is too long gets 500 and is not forwarded.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd('NOOP ' . 'x' x 1500), qr/^250/, 'a long one passes';
    my @replies = $c->pipeline('NOOP a', 'NOOP ' . 'y' x 200_000, 'NOOP b');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 500 250', 'too long: 500 at its place';
    is_deeply [ grep { /^NOOP .\z/ } @{ $mta->session->{commands} } ], [ 'NOOP a', 'NOOP b' ],
        'its neighbours arrived';
    ok !(grep { /y{20}/ } @{ $mta->session->{commands} }), 'nothing of it did';
};
