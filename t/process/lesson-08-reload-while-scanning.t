# A reload while a message is being scanned (mail lost: NethServer/dev#6052): the scan
# goes on with what it began with, and the message arrives, once.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process ();

my $gate = SG::gate();
my ($c, $mta, $d) = SG::relay(verdict => { end => 'reject if MARKER', gate => $gate });
my $marked = SG::Client->connect($d->port)->hello;
for ([ $c->hello, 'clean' ], [ $marked, 'MARKER' ]) {
    my ($client, $text) = @$_;
    $client->envelope;
    $client->send_raw("$text\r\n.\r\n");
}
$d->wait_log(qr/DATA:SCANNING.*DATA:SCANNING/s);
my @old = $d->session_pids;
$d->hup;
is scalar(grep { SG::Process::alive($_) } @old), 2, 'the old generation waits for its checks';
SG::open_gate($gate);
like $c->reply, qr/^250/, 'the clean message is taken';
like $marked->reply, qr/^550/, 'the other is not';
$_->quit for $c, $marked;
SG::Process::gone(@old);
is_deeply [map { $_->{body} } $mta->messages], ["clean\r\n"], 'the server has the one, once';
done_testing;
