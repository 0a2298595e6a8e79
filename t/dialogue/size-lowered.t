
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %CASES = (
    'SIZE 5000000' => 'SIZE 10000', 'SIZE 0' => 'SIZE 10000', 'SIZE' => 'SIZE 10000',
    'SIZE 9000' => 'SIZE 9000',
);
SG::dialogue 'SIZE in the EHLO reply is lowered to size_limit.' => sub {
    for my $offered (sort keys %CASES) {
        my ($c) = SG::relay(mta => { ehlo => [ 'PIPELINING', $offered, 'HELP' ] },
            core => { size_limit => 10_000 });
        $c->hello;
        is $c->{ehlo}, "250-mta.test\n250-PIPELINING\n250-$CASES{$offered}\n250 HELP", $offered;
        SG::finish();
    }
};
