# It does not want this client, or nobody now: that is not a fault of the handing over.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %CASES = (
    'in the banner\'s place' => { banner => '421 4.3.2 too busy' },
    'behind XCLIENT'         => { offer => 1, reply => { XCLIENT => '554 5.7.1 we know this one' } },
);

SG::dialogue 'A server that refuses the client it is told of has its words passed on.' => sub {
    for my $case (sort keys %CASES) {
        my %mta = %{ $CASES{$case} };
        my $words = $mta{banner} // $mta{reply}{XCLIENT};
        $mta{with} = ['XCLIENT NAME ADDR'] if delete $mta{offer};
        my ($c) = SG::relay(mta => \%mta, fixed => { xclient => 'yes' });
        is $c->banner, $words, $case;
        SG::finish();
    }
};
