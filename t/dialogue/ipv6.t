
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::need_ipv6();
SG::dialogue 'IPv6 serves on both sides.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { host => '::1' }, daemon => { bind => '::1' },
        client => { host => '::1' });
    $c->hello;
    like $c->mail("x\r\n"), qr/^250/, 'a message';
    is $mta->session->{peer}, '::1', 'over IPv6';
    is +($mta->messages)[0]{body}, "x\r\n", 'arrives';
    $d->wait_log(qr/NEW .* on=\[::1\]:\d+, src=\[::1\]:\d+, .*dst=\[::1\]:\d+,/);
};
