# The server does not offer it, or refuses: without it the server would believe
# that all mail comes from the proxy, so there is no session.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %CASES = (
    'not offered' => {},
    'refused'     => { with => ['XCLIENT NAME ADDR'], reply => { XCLIENT => '550 5.7.0 not you' } },
    'EHLO fails'  => { reply => { EHLO => '502 what?' } },
    'hangs up'    => { with => ['XCLIENT NAME ADDR'], fault => { xclient => 'close' } },
    'nonsense'    => { with => ['XCLIENT NAME ADDR'], fault => { xclient => 'garbage' } },
);
SG::dialogue 'A failed XCLIENT costs the client 421.' => sub {
    for my $case (sort keys %CASES) {
        my ($c, $mta) = SG::relay(mta => $CASES{$case}, fixed => { xclient => 'yes' });
        like $c->banner, qr/^421 4\.4\.1 proxy\.test .*(?:XCLIENT|MTA)/, "$case: in the place of the banner";
        is $c->closed, 'eof', 'and the end';
        ok !(grep { /^MAIL/ } @{ $mta->session->{commands} }), 'the server has no mail';
        SG::finish();
    }
};
