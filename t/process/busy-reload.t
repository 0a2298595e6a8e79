# HUP, again and again, with 2000 busy sessions: none is lost, nor a message.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Crowd;

my $sessions = 2000;
SG::Crowd->need($sessions);
my $crowd = SG::Crowd->start;
my $d = SG::Daemon->start(
    core    => { workers => 2, log_level => 'notice', connect_queue => 4096 },
    plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $crowd->server_port } ]);
$crowd->open(1, $d->port, $sessions / 2);
$crowd->wait_busy(1, $sessions / 2);
my @old = $d->worker_pids;

# New ones come while generations change: every generation gets some.
for my $n (1 .. 5) {
    $d->hup(wait => 0);
    $crowd->open(1, $d->port, $sessions / 10);
    $d->wait_ready("HUP $n");
}
$crowd->wait_busy(1, $sessions);
$crowd->wait_more(1, 1);
is $crowd->count(1)->{lost}, 0, 'no session is lost, each goes on';
is $crowd->count(1)->{odd}, 0, 'nor told anything strange';
like $d->status, qr/^Children: $sessions\//m, 'the scoreboard has them all';
is scalar(grep { SG::Process::alive($_) } @old), 2, 'the workers of the first generation serve theirs to the end';

$crowd->finish(1);
is $crowd->count(1)->{quit}, $sessions, 'each came to its end';
my $book = $crowd->honest;
is "$book->{later} $book->{broken}", '0 0', 'every message was taken';
SG::Process::gone(@old);
pass 'then the first generation ends';
SG::wait_for { (() = $d->keeper_pids) == 1 } 15, 'the last generation alone';
SG::wait_for { $d->status =~ /^Children: 0\/$sessions\/0\/0/m } 15, 'the last sessions to close';
pass 'nobody crashed, all slots are free';
done_testing;
