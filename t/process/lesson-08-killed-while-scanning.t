# A scanner may take the worker with it (clamav#1262, #923, #377): what was being
# scanned is not delivered, and can be sent again.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my $gate = SG::gate();
my ($c, $mta, $d) = SG::relay(verdict => { end => 'pass', gate => $gate });
$c->hello->envelope;
$c->send_raw("scanned\r\n.\r\n");
SG::open_gate($gate);
like $c->reply, qr/^250/, 'a message passes the check';
$c->envelope;
$c->send_raw("cut short\r\n.\r\n");
$d->wait_log(qr/DATA:SCANNING.*DATA:SCANNING/s);
my ($worker) = $d->worker_pids;
CORE::kill('KILL', $worker);
ok $c->closed, 'the client is cut off';
$d->wait_log(qr/CRASH pid=$worker, .*lost=1$/m);
$mta->wait_end;
is_deeply [map { $_->{body} } $mta->messages], ["scanned\r\n"], 'what was being checked is not delivered';
my $again = SG::Client->connect($d->port)->hello;
$again->envelope;
$again->send_raw("cut short\r\n.\r\n");
SG::open_gate($gate);
like $again->reply, qr/^250/, 'it is taken when it comes again';
is scalar(() = $mta->messages), 2, 'once';
done_testing;
