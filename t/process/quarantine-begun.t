# Sessions that a plugin knew before its quarantine: it is told of their end, and
# of a message that it saw in part, it is not the judge, also when it is back.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $stay = 4000 * SG::patience();
my ($d, $mta) = relay(core => { workers => 2 }, env => { asan('handle_segv=0'), SG_QUARANTINE_MS => $stay },
    plugins => [ '50-chaos' => { at => [qw(mail close)], do => 'crash', towards => ['127.0.0.2'] } ]);
my $half = SG::Client->connect($d->port)->hello;
$half->envelope;
$half->send_line('Subject: x', '', 'the first half');

sub worker_of ($c) {
    return SG::wait_for { (grep { grep { $_ == $c->port } clients_of($_, $d->port) } $d->worker_pids)[0] }
        10, 'the worker of a client';
}

my $its = worker_of($half);

# A client that could crash a worker: that of the first client, or another.  Those who
# come to the wrong one keep quiet until the end.
my @quiet;
sub dangerous ($to_its) {
    while (1) {
        my $c = SG::Client->connect($d->port, from => '127.0.0.2')->hello;
        return $c if $to_its == (worker_of($c) == $its ? 1 : 0);
        push @quiet, $c;
    }
}

sub crash_another () {
    my $c = dangerous(0);
    $c->send_line('MAIL FROM:<a@client.test>');
    return $c->closed;
}

crash_another() for 1 .. 3;
$d->wait_log(qr/ QUARANTINE plugin=50-chaos, crashes=3, /);
my ($before) = $d->status =~ /^ *\d+ \d+ +data .*127\.0\.0\.1 .*? (\d+) +\d+ +[\d.]+ $/m;
$half->send_line('the second half');
SG::wait_for { $d->status =~ /^ *\d+ \d+ +data .*127\.0\.0\.1 .*? (\d+) +\d+ +[\d.]+ $/m && $1 > $before } 10, 'the second half';
unlike $d->log, qr/QUARANTINE:END/, 'a message goes on while the plugin is out of service';
$d->wait_log(qr/ QUARANTINE:END plugin=50-chaos, crashes=3$/m, 20);
pass 'the plugin comes back';
like $d->status, qr{^Plugins:  0/1 }m, 'the statefile knows';
like $half->cmd('.'), qr/^451 /, 'but of that message it has not seen all';
like $half->cmd('QUIT'), qr/^221/, 'the session goes on to its end';
is scalar($mta->messages), 0, 'no message';
like SG::Client->connect($d->port)->hello->mail("Subject: x\r\n\r\nx\r\n"), qr/^250/, 'of another it has';

my $old = dangerous(1);
crash_another();
my $doubled = int(2 * $stay / 1000);
$d->wait_log(qr/ QUARANTINE plugin=50-chaos, crashes=4, seconds=$doubled,/);
pass 'the next crash takes it out for twice as long';
$old->send_line('QUIT');
$d->wait_log(qr/ CRASH pid=$its, .*hook=close, plugin=50-chaos/);
pass 'of the end of a session that it knew it is told all the same';
is scalar(() = $d->log =~ / QUARANTINE /g), 2, 'and what it does there does not count twice';
done_testing;
