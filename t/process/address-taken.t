# A second daemon at the same address does not start, and says which process is there:
# the kernel would let it share the clients.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2 });
my @addresses = (['127.0.0.1'], ['0.0.0.0'], ['127.0.0.1', '127.0.0.9']);
push @addresses, ['::', '127.0.0.1'] if IO::Socket::IP->new(LocalHost => '::1', Listen => 1);

sub second ($bind, $port) {
    my $dir = SG::tempdir();
    mkdir "$dir/$_" for qw(spool conf.d);
    SG::Conf::write_confd("$dir/conf.d", [ '10-nat-fixed' => { server => '127.0.0.1' } ]);
    my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text({
        bind_address => $bind, port => $port, pidfile => "$dir/pid", statefile => "$dir/state",
        spool_path => "$dir/spool", log_target => 'stderr', workers => 1,
        plugin_path => SG::build_dir() . '/plugins/.libs' }));
    not_left_behind("$dir/pid");
    return command($conf);
}

for my $bind (@addresses) {
    my ($status, $out, $err) = second($bind, $d->port);
    is $status, 2, "one at @$bind does not start";
    like $err, qr/option 'bind_address'.*port @{[$d->port]} is in use: process @{[$d->pid]} \(smtp-gated\) listens/,
        'and the sentence has the pid of the master';
}
like +SG::Client->connect($d->port)->banner, qr/^220/, 'the first one serves';

my $other = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 1, ReusePort => 1);
my ($status, $out, $err) = second(['127.0.0.1'], $other->sockport);
is $status, 2, 'beside another program it does not start either';
like $err, qr/is in use: process $$ \(.+\) listens there/, 'and that is named';
close $other;

# What is ours is no reason: other addresses, more workers, and sessions that finish.
my $port = $d->port;
$d->configure(core => { bind_address => ['0.0.0.0'] });
$d->hup;
like +SG::Client->connect($port, host => '127.0.0.5')->banner, qr/^220/, 'from one address to all';
$d->configure(core => { bind_address => ['127.0.0.1'], workers => 3 });
$d->hup;
my $client = SG::Client->connect($port)->hello;
like $client->cmd('NOOP'), qr/^250/, 'and back, with more workers';
my @workers = $d->worker_pids;
CORE::kill('STOP', @workers);    # they keep their sockets
$d->term;
SG::wait_for { !-e $d->dir . '/pid' } 10, 'the end of the pidfile';
($status, $out, $err) = second(['127.0.0.1'], $port);
is $status, 0, 'what finishes its sessions keeps no new daemon away' or diag $err;
CORE::kill('CONT', @workers);
$client->quit;
$d->wait_exit;
done_testing;
