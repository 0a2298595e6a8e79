
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With starttls = forbid the keyword is gone and the command gets 502.' => sub {
    my ($c, $mta) = SG::relay(mta => { ehlo => [ 'PIPELINING', 'SIZE 1000', 'STARTTLS' ] },
        core => { starttls => 'forbid' });
    $c->hello;
    is $c->{ehlo}, "250-mta.test\n250-PIPELINING\n250 SIZE 1000", 'not offered';
    like $c->cmd('STARTTLS'), qr/^502 /, 'refused';
    like $c->mail("x\r\n"), qr/^250/, 'the session goes on in plain';
    ok !(grep { /STARTTLS/i } @{ $mta->session->{commands} }), 'the server never heard of it';
};
