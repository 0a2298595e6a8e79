
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::need_ipv6();
SG::dialogue 'Two listeners, one of each family, serve side by side.' => sub {
    my ($c, $mta, $d) = SG::relay(daemon => { bind => [ '127.0.0.1', '::1' ] });
    like $c->hello->mail("x\r\n"), qr/^250/, 'IPv4';
    my $six = SG::Client->connect($d->port, host => '::1')->hello;
    like $six->mail("x\r\n"), qr/^250/, 'IPv6';
};
