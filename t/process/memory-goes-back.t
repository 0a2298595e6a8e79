# After a burst of large messages a worker's memory goes back to the system.  That takes
# up to a minute, which this test waits for.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;

plan skip_all => 'the sanitizer keeps what was freed' if $ENV{SG_SANITIZED};
plan skip_all => 'the kernel does not tell memory' if !-r '/proc/self/smaps_rollup';

my $line = 'x' x 70 . "\r\n";
my $megabyte = $line x 14_000;
my $mta = SG::MTA->start;
my $daemon = SG::Daemon->start(
    core    => { workers => 1, spool_memory => '16M', spool_memory_total => '64M' },
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '65-as-spamd'  => { socket => SG::Peer->nobody, on_error => 'pass', max_size => 0 },
    ]);
my ($worker) = $daemon->worker_pids;

sub megabytes {
    open(my $in, '<', "/proc/$worker/smaps_rollup") or die "$worker: $!";
    return join('', <$in>) =~ /^Pss_Anon:\s+(\d+)/m ? $1 / 1024 : die 'no Pss_Anon';
}

my @clients = map { SG::Client->connect($daemon->port)->hello } 1 .. 4;
my $before = megabytes();
$_->envelope for @clients;
$_->send_raw('x' x 70 . "\r\n") for @clients;
for (1 .. 12) { $_->send_raw($megabyte) for @clients }
SG::wait_for { megabytes() > $before + 40 } 60, 'the messages to be in memory';
pass 'four messages are in memory';
$_->send_raw(".\r\n") for @clients;
is_deeply [ map { substr $_->reply, 0, 3 } @clients ], [ (250) x 4 ], 'they are delivered';
$_->quit for @clients;
SG::wait_for { megabytes() < $before + 8 } 60, 'the memory to go back';
pass 'their memory goes back';
SG::Daemon->finish_all;

done_testing;
