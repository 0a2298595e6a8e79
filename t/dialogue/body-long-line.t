# 1.4 forwarded what was longer than its buffer without looking (SEMANTICS 13b).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A line of a megabyte is body like any other.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    my $body = 'x' x 1_000_000 . "\r\n." . 'y' x 300_000 . "\r\n";
    like $c->mail($body), qr/^250/, 'taken';
    ok +($mta->messages)[0]{body} eq $body, 'intact';
};
