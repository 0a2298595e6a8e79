# A client keeps what LIMITS promises (RFC 9422): Exim sends as many recipients as RCPTMAX says.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %CASES = (
    'LIMITS MAILMAX=1000 RCPTMAX=50000'   => 'LIMITS MAILMAX=1000 RCPTMAX=200',
    'LIMITS rcptmax=200 RCPTDOMAINMAX=1'  => 'LIMITS rcptmax=200 RCPTDOMAINMAX=1',
    'LIMITS RCPTMAX=x'                    => 'LIMITS RCPTMAX=200',
    'LIMITS MAILMAX=5'                    => 'LIMITS MAILMAX=5',
    'LIMITS'                              => 'LIMITS',
    'SIZE'                                => 'SIZE',
);
SG::dialogue 'RCPTMAX in the EHLO reply is lowered to max_recipients.' => sub {
    for my $offered (sort keys %CASES) {
        my ($c) = SG::relay(mta => { ehlo => [ 'PIPELINING', $offered, 'HELP' ] }, core => { max_recipients => 200 });
        $c->hello;
        is $c->{ehlo}, "250-mta.test\n250-PIPELINING\n250-$CASES{$offered}\n250 HELP", $offered;
        SG::finish();
    }
};
