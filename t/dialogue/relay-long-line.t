# RFC 5321, 4.5.3.1.4: a line has 512 bytes, and more where an extension that was offered
# says so.  A server with less room than the line needs may read its end as a command.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub noop ($n) { return 'NOOP ' . 'x' x ($n - 7) }    # n bytes with CRLF

SG::dialogue 'A command line that is too long gets 500 and is not forwarded.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd(noop(512)), qr/^250/, '512 bytes';
    like $c->cmd(noop(513)), qr/^500 5.5.2 \S+ Line too long/, 'one more';
    my @replies = $c->pipeline('NOOP a', 'NOOP ' . 'y' x 200_000, 'NOOP b');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 500 250', 'much too long: 500 at its place';
    is_deeply [ grep { /^NOOP .\z/ } @{ $mta->session->{commands} } ], [ 'NOOP a', 'NOOP b' ],
        'its neighbours arrived';
    ok !(grep { /y{20}/ || length > 510 } @{ $mta->session->{commands} }), 'nothing of it did';
};
