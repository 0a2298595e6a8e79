
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %EXCHANGES = (
    'PLAIN at once'    => ['AUTH PLAIN AGpvZQBzZWNyZXQ='],
    'PLAIN, asked'     => [ 'AUTH PLAIN', 'AGpvZQBzZWNyZXQ=' ],
    'LOGIN'            => [ 'AUTH LOGIN', 'am9l', 'c2VjcmV0' ],
    'LOGIN with name'  => [ 'AUTH LOGIN am9l', 'c2VjcmV0' ],
);
SG::dialogue 'AUTH exchanges pass, with or without initial response.' => sub {
    my ($first, $mta, $d) = SG::relay(mta => { with => ['AUTH PLAIN LOGIN'], users => { joe => 'secret' } });
    my $i = 1;
    for my $name (sort keys %EXCHANGES) {
        my $c = SG::Client->connect($d->port)->hello;
        my @lines = @{ $EXCHANGES{$name} };
        my $last = pop @lines;
        like $c->cmd($_), qr/^334/, "$name: $_" for @lines;
        is $c->cmd($last), '235 2.7.0 welcome', "$name: welcome";
        like $c->mail("x\r\n"), qr/^250/, 'then a message';
        is $mta->session($i++)->{user}, 'joe', 'the server knows who it was';
    }
};
