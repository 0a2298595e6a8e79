# A worker that stands still is named, then aborted and replaced.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 1 }, env => { SG_STANDSTILL_MS => 6000 * SG::patience() },
    plugins => [ '50-chaos' => { at => ['mail'], do => 'hang' } ]);
my $c = SG::Client->connect($d->port)->hello;
my ($number) = $d->log =~ /\[(\d+)\]: NEW /;
my ($worker) = $d->worker_pids;
$c->send_line('MAIL FROM:<a@client.test>');
$d->wait_log(qr/STANDSTILL pid=$worker, seconds=\d+, hook=mail, plugin=50-chaos, session=$number$/m, 60);
pass 'it is named while it stands';
$d->wait_log(qr/CRASH pid=$worker, why=standstill, signal=ABRT, exit=0, hook=mail, plugin=50-chaos, session=$number, lost=1$/m, 60);
pass 'and when it was ended';
like SG::Client->connect($d->port)->banner, qr/^220/, 'its successor serves';
is scalar(() = $d->log =~ /STANDSTILL pid=$worker/g), 1, 'it was named once';
like $d->status, qr/^Children: \d+\/\d+\/1\/0/m, 'this is a crash, not a BUG';
done_testing;
