
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::need_ipv6();
SG::dialogue 'XCLIENT names an IPv6 client as Postfix wants it.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['XCLIENT NAME ADDR'] }, fixed => { xclient => 'yes' },
        daemon => { bind => '::1' }, client => { host => '::1' });
    $c->hello;
    is $mta->session->{xclient}, 'XCLIENT ADDR=IPV6:::1 NAME=[UNAVAILABLE]', 'with its prefix';
};
