
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Keywords the relay does not know pass, with their parameters.' => sub {
    my @offer = ('XFROB a=b c', 'MT-PRIORITY MIXER', 'DELIVERBY 240', 'LIMITS RCPTMAX=20', 'REQUIRETLS',
        'AUTH=PLAIN LOGIN', 'AUTH PLAIN LOGIN', 'ENHANCEDSTATUSCODES');
    my ($c) = SG::relay(mta => { ehlo => \@offer });
    $c->hello;
    my $last = pop @offer;
    is $c->{ehlo}, join("\n", '250-mta.test', (map { "250-$_" } @offer), "250 $last"), 'all as they were';
};
