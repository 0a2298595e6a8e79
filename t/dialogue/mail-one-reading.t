# MTAs drop a dot behind a domain, take off quotes, and make user@site of user%site,
# site!user and "user@site".  The checks would have seen another address.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @CANONICAL = (    # as the client has it, as the server gets it
    [ 'a@evil.test.'   => 'a@evil.test' ],
    [ '"evil"@b.test'  => 'evil@b.test' ],
    [ '"e\vil"@b.test' => 'evil@b.test' ],
    [ '"a b"@c.test'   => '"a b"@c.test' ],
    [ '"a@b"@c.test'   => '"a@b"@c.test' ],
    [ '@x.test:a@b.test.' => '@x.test:a@b.test' ],
);
my @REFUSED = ('user%evil.test', 'evil.test!user', '"user@evil.test"', '"user%evil.test"', '"a> <user@evil.test"@b.test');

SG::dialogue 'Of an address that MTAs rewrite, checks and server get the same spelling, or none.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    for my $row (@CANONICAL) {
        my ($said, $sent) = @$row;
        like $c->cmd("MAIL FROM:<$said> SIZE=5"), qr/^250/, "MAIL $said";
        like $c->cmd("RCPT TO:<$said>"), qr/^250/, 'RCPT, too';
        my (undef, undef) = my @seen = splice @{ $mta->session->{commands} }, -2;
        is_deeply \@seen, [ "MAIL FROM:<$sent> SIZE=5", "RCPT TO:<$sent>" ], 'what the server got';
        $c->cmd('RSET');
    }
    my $before = @{ $mta->session->{commands} };
    like $c->cmd("MAIL FROM:<$_>"), qr/^553 5\.1\.7 /, "MAIL $_" for @REFUSED;
    $c->cmd('MAIL FROM:<a@b.test>');
    like $c->cmd("RCPT TO:<$_>"), qr/^553 5\.1\.3 /, "RCPT $_" for @REFUSED;
    is @{ $mta->session->{commands} }, $before + 1, 'the server has heard of none of these';
};
