# An initial response or an answer may be long (RFC 4954: 12288 bytes).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Long AUTH lines pass.' => sub {
    my $long = 'QUJD' x 3000;
    my ($c, $mta) = SG::relay(mta => { with => ['AUTH PLAIN'] });
    $c->hello;
    like $c->cmd("AUTH PLAIN $long"), qr/^535/, 'with the command';
    like $c->cmd('AUTH PLAIN'), qr/^334/, 'and behind';
    like $c->cmd($long), qr/^535/, 'the challenge';
    is $mta->session->{auth_lines}, "$long\n", 'whole';
};
