# The server does not offer it, or refuses: without it the server would believe
# that all mail comes from the proxy, so there is no session.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %CASES = (
    'not offered' => {},
    'refused'     => { with => ['XCLIENT NAME ADDR'], reply => { XCLIENT => '550 5.7.1 not you' } },
    'EHLO fails'  => { reply => { EHLO => '502 what?' } },
    'greets 554'  => { banner => '554 5.3.2 no service' },
    'hangs up'    => { with => ['XCLIENT NAME ADDR'], fault => { xclient => 'close' } },
    'nonsense'    => { with => ['XCLIENT NAME ADDR'], fault => { xclient => 'garbage' } },
);
SG::dialogue 'A failed XCLIENT leads to the fake session with 451.' => sub {
    for my $case (sort keys %CASES) {
        my ($c, $mta) = SG::relay(mta => $CASES{$case}, fixed => { xclient => 'yes' });
        like $c->banner, qr/^220 proxy\.test/, "$case: a banner";
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^451 proxy\.test .*(?:XCLIENT|MTA)/, 'MAIL gets 451';
        ok !(grep { /^MAIL/ } @{ $mta->session->{commands} }), 'the server no mail';
        SG::finish();
    }
};
