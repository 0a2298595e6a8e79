# QUIT ends the session; what stands behind it is nobody's.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A batch that ends with QUIT gets all its replies.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    my @replies = $c->pipeline('NOOP', 'RSET', 'QUIT');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 250 221', 'all of them';
    is $c->closed, 'eof', 'then the end';
    is $mta->wait_end, 'quit', 'the server too';
};
