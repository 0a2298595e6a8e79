# A plugin that crashes workers again and again is taken out of service: its on_error
# decides, the log and the statefile say so, and a reload gives it another chance.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 1 }, env => { asan('handle_segv=0') },
    plugins => [ '50-chaos' => { at => ['mail'], do => 'crash' } ]);

sub crash () {
    my $c = SG::Client->connect($d->port)->hello;
    $c->send_line('MAIL FROM:<a@client.test>');
    return $c->closed;
}

ok crash(), 'a crash' for 1 .. 3;
$d->wait_log(qr/ QUARANTINE plugin=50-chaos, crashes=3, seconds=60, on_error=tempfail$/m);
pass 'the third takes it out of service';
like SG::Client->connect($d->port)->banner, qr/^421 /, 'its on_error answers at the first hook it has';
$d->wait_log(qr/: PLUGIN:ERROR hook=connect, plugin=50-chaos, .*result=in quarantine$/m);
pass 'as if it had answered with an error';
like $d->status, qr{^Plugins:  1/1 \(quarantined/quarantines\)$}m, 'the statefile counts it';

$d->hup;
like $d->status, qr{^Plugins:  0/1 }m, 'behind a reload nobody is in quarantine';
my $seen = length $d->log;
ok crash(), 'it is asked again';
SG::wait_for { substr($d->log, $seen) =~ / CRASH .*hook=mail, plugin=50-chaos/ } 10, 'CRASH';
is scalar(() = $d->log =~ / QUARANTINE /g), 1, 'and one crash is not enough';
done_testing;
