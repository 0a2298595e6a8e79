# Bodies of dots, CRLFs and letters in any order; the seed is shown.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Random bodies arrive byte for byte.' => sub {
    SG::Pieces::seed();
    my @pieces = ("\r\n", "\r\n", '.', '.', '..', "\r\n.", 'a', "\0", "\xff", ' ', 'QUIT', 'x' x 100);
    my ($c, $mta) = SG::relay();
    $c->hello;
    my @bodies = map { join('', map { $pieces[ rand @pieces ] } 1 .. 1 + rand 200) . "\r\n" } 1 .. 20;
    s/\0+(?=\.)|(?<=\.)\0+//g for @bodies; # NUL beside a dot: dot-beside-nul.t
    my @refused = grep { $c->mail($_) !~ /^250/ } @bodies;
    is scalar @refused, 0, 'all are taken';
    my @got = map { $_->{body} } $mta->messages;
    ok $got[$_] eq $bodies[$_], "body $_ is intact" for 0 .. $#bodies;
};
