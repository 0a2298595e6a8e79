# By default all addresses are listened on, of both families, with one port.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_ipv6();
my ($d) = relay(core => { bind_address => [ '0.0.0.0', '::' ] });
like SG::Client->connect($d->port)->banner, qr/^220/, 'IPv4 is served';
my $c = SG::Client->connect($d->port, host => '::1');
like $c->banner, qr/^220/, 'IPv6 is served';
like $d->status, qr/ ::1 +127\.0\.0\.1 /, 'and shown with its address';

$c->close;
$d->stop;

($d) = relay(core => { bind_address => [ '127.0.0.1', '::1' ], port => 0, workers => 2 });
my ($port) = $d->wait_log(qr/generation 1 serves, 2 workers, port (\d+)/);
isnt $port, 0, 'port 0 lets the system choose';
like SG::Client->connect($port)->banner, qr/^220/, 'the same for IPv4';
like SG::Client->connect($port, host => '::1')->banner, qr/^220/, 'and IPv6';
$d->hup;
like SG::Client->connect($port)->banner, qr/^220/, 'and it stays over a reload';
done_testing;
