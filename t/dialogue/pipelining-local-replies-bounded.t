# Replies of our own wait behind one of the server's, too: a client that makes
# many of them has to wait like one that pipelines.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client cannot make the relay queue replies without end.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { holds => ['NOOP'] }, core => { max_refused => 0 });
    $c->hello->send_line('NOOP');
    $mta->wait_command(qr/NOOP/);
    my ($worker) = $d->worker_pids;
    $c->send_raw("TURN\r\n" x 40_000);
    my ($before, $now) = (-1, 0);
    SG::wait_for {
        ($before, $now) = ($now, $d->status =~ /^ *\d+ \d+ +\w+ +\S+ +\S+ +\S+ +\S+ +\d+ +(\d+)/m ? $1 : 0);
        Time::HiRes::usleep(200_000);
        $now > 0 && $now == $before;
    } 60, 'the relay to pause';
    cmp_ok $now, '<=', 6 * 1000, 'it has stopped reading';
    is_deeply [ $d->worker_pids ], [$worker], 'and lives';
    $mta->release('NOOP');
    like $c->reply, qr/^250/, 'the server\'s reply';
    my @wrong = grep { $c->reply !~ /^502/ } 1 .. 40_000;
    is scalar @wrong, 0, 'then all of ours';
}, only => ['whole'];
