# When a limit of memory is reached, the log names its option.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;

plan skip_all => 'the sanitizer needs all the memory it wants' if $ENV{SG_SANITIZED};

my $line = 'x' x 70 . "\r\n";
my $megabyte = $line x 14_000;
my $mta = SG::MTA->start;
my $daemon = SG::Daemon->start(
    core    => { workers => 1, limit_data_size => '64M', spool_memory => '128M', spool_memory_total => '128M' },
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '65-as-spamd'  => { socket => SG::Peer->nobody, on_error => 'pass', max_size => 0 },
    ]);
my $c = SG::Client->connect($daemon->port)->hello;
$c->envelope;
eval {
    local $SIG{PIPE} = 'IGNORE';
    $c->send_raw($megabyte) for 1 .. 80;
};
ok $daemon->wait_log(qr/out of memory, this process ends; limit_data_size is reached$/m, 60), 'limit_data_size is named';
like(SG::Client->connect($daemon->port)->hello->mail("small\r\n"), qr/^250 /, 'the next worker serves');

done_testing;
