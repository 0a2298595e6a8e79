# Removed wholly, and the reply is still one: never masked as 1.4 did (CHU*KING),
# and the last line stays last (lesson 13).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %OFFERS = (
    'in the middle' => [ 'PIPELINING', 'XEXCH50', 'SIZE 1000', 'XCLIENT NAME ADDR', 'BURL imap', 'HELP' ],
    'at the end'    => [ 'PIPELINING', 'SIZE 1000', 'HELP', 'ATRN', 'BURL', 'XCLIENT NAME' ],
    'all of them'   => [ 'XEXCH50', 'XCLIENT', 'TURN' ],
    'lower case'    => [ 'PIPELINING', 'SIZE 1000', 'HELP', 'xexch50', 'xclient addr' ],
);
SG::dialogue 'Keywords the relay cannot honour are removed and the reply repaired.' => sub {
    for my $where (sort keys %OFFERS) {
        my ($c) = SG::relay(mta => { ehlo => $OFFERS{$where} });
        $c->hello;
        my @rest = grep { !/^(?:XEXCH50|XCLIENT|BURL|TURN|ATRN)/i } @{ $OFFERS{$where} };
        my @want = ('mta.test', @rest);
        my $last = pop @want;
        is $c->{ehlo}, join("\n", (map { "250-$_" } @want), "250 $last"), $where;
        SG::finish();
    }
};
