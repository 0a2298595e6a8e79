# A plugin that hangs is ended with its worker, and that counts as a crash: three times,
# and it is taken out of service.  They hang side by side, in three of four workers.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 4 }, env => { SG_STANDSTILL_MS => 6000 * SG::patience() },
    plugins => [ '50-chaos' => { at => ['mail'], do => 'hang', only => ['127.0.0.2'] } ]);

# A client in each worker, by its pid.
sub spread ($from) {
    my %in;
    for (1 .. 60) {
        my $c = SG::Client->connect($d->port, from => $from)->hello;
        my ($worker) = grep { my $pid = $_; grep { $_ == $c->port } clients_of($pid, $d->port) } $d->worker_pids;
        $in{$worker} //= $c;
        return \%in if keys %in == 4;
    }
    die 'a worker gets no session';
}

my ($hanging, $bystanders) = (spread('127.0.0.2'), spread('127.0.0.1'));
my ($spared, @hung) = sort keys %$hanging;
$hanging->{$_}->send_line('MAIL FROM:<a@client.test>') for @hung;
for my $pid (@hung) {
    ok $d->wait_log(qr/CRASH pid=$pid, why=standstill, signal=ABRT, exit=0, hook=mail, plugin=50-chaos, /m, 60),
        'a worker in which it hangs is ended';
    ok $hanging->{$pid}->closed, 'and its client cut off';
}
$d->wait_log(qr/ QUARANTINE plugin=50-chaos, crashes=3, seconds=60, on_error=tempfail$/m);
pass 'the third time takes it out of service';
like $bystanders->{$spared}->cmd('MAIL FROM:<a@client.test>'), qr/^250/, 'a session in the fourth worker goes on';
like $hanging->{$spared}->cmd('MAIL FROM:<a@client.test>'), qr/^451 /,
    'where it would have hung, its on_error answers';
like(SG::Client->connect($d->port, from => '127.0.0.2')->banner, qr/^421 /, 'as to the next client');
like(SG::Client->connect($d->port)->hello->cmd('MAIL FROM:<a@client.test>'), qr/^250/,
    'whom it is not asked about notices nothing');
like $d->status, qr{^Plugins:  1/1 \(quarantined/quarantines\)$}m, 'the statefile counts it';
like $d->status, qr{^Children: \d+/\d+/3/0}m, 'and the crashes';
done_testing;
