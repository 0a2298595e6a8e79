
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::need_ipv6();
SG::dialogue 'An IPv6 client reaches an IPv4 server, and the other way.' => sub {
    my ($c, $mta) = SG::relay(daemon => { bind => '::1' }, client => { host => '::1' });
    like $c->hello->mail("x\r\n"), qr/^250/, '6 to 4';
    SG::finish();
    my ($c4) = SG::relay(mta => { host => '::1' });
    like $c4->hello->mail("x\r\n"), qr/^250/, '4 to 6';
};
