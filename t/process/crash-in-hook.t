# A plugin that crashes: the log names hook, plugin and session.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 1 }, env => { asan('handle_segv=0') },
    plugins => [ '50-chaos' => { at => ['mail'], do => 'crash' } ]);
my $c = SG::Client->connect($d->port)->hello;
my ($number) = $d->log =~ /\[(\d+)\]: NEW /;
$c->send_line('MAIL FROM:<a@client.test>');
ok $c->closed, 'its session ends';
$d->wait_log(qr/CRASH pid=\d+, why=signal, signal=SEGV, exit=0, hook=mail, plugin=50-chaos, session=$number, lost=1$/m);
pass 'the obituary has it all';
like SG::Client->connect($d->port)->banner, qr/^220/, 'the next client is served';
like $d->status, qr/^Last crash:   \w/m, 'the statefile knows when';
done_testing;
