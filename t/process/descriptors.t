# File descriptors run out: who is in has what it needs, for the last ones are kept for
# it; who waits is served when somebody has gone.  Where even those do not suffice, it
# is answered with 4xx.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Select;
use Test::More;
use SG;
use SG::Process;

my $letter = "Subject: x\r\n\r\nx\r\n";

# A worker that accepts no more; the clients it has, and one that waits.
sub exhausted ($limit, %core) {
    my ($d, $mta) = relay(core => { workers => 1, enfile_sleep => '50ms', %core },
        wrap => [ 'prlimit', "--nofile=$limit:$limit" ]);
    my @in;
    my $paused = qr/ACCEPT:PAUSED reason=fewer than 16 descriptors are left, ms=50$/m;
    while ($d->log !~ $paused) {
        push @in, SG::Client->connect($d->port);
        SG::wait_for { (() = $d->log =~ /: NEW /g) == @in || $d->log =~ $paused } 10, 'accept';
    }
    my $waiting = pop @in;
    return ($d, $mta, $waiting, @in);
}

# Three go, and what they had is free.
sub leave ($d, @in) {
    $in[$_]->close for 1 .. 3;
    SG::wait_for { (() = $d->log =~ /: CLOSE/g) == 3 } 10, 'the end of three sessions';
    return;
}

sub unserved ($client) { return !IO::Select->new($client->{socket})->can_read(0) }

# One of the limits is odd where the other is even.
for my $limit (64, 65) {
    subtest "At a limit of $limit" => sub {
        my ($d, $mta, $waiting, @in) = exhausted($limit);
        cmp_ok scalar(@in), '>', 10, @in . ' clients are in';
        my @mail = map { $_->hello->cmd('MAIL FROM:<a@client.test>') } @in;
        is scalar(grep { !/^250/ } @mail), 0, 'and all of them have a server';
        like $in[0]->cmd('RSET'), qr/^250/, 'to the next';
        like $in[0]->mail($letter), qr/^250/, 'message';
        is scalar($mta->messages), 1, 'which is delivered';
        ok unserved($waiting), 'who waits has heard nothing';
        leave($d, @in);
        like $waiting->hello->mail($letter), qr/^250/, 'and is served when others have gone';
        like $d->status, qr{^Children: \d+/\d+/0/0}m, 'nothing crashed';
        SG::finish();
    };
}

subtest 'Clients come and go, and the reserve is not used up bit by bit' => sub {
    my ($d, $mta, $waiting, @in) = exhausted(64);
    $_->hello for @in;
    for (1 .. 10) {
        (shift @in)->close;
        push @in, $waiting->hello;
        $waiting = SG::Client->connect($d->port);
    }
    is scalar(grep { $_->cmd('MAIL FROM:<a@client.test>') !~ /^250/ } @in), 0, 'all have a server';
    my ($worker) = $d->worker_pids;
    cmp_ok 64 - (() = glob "/proc/$worker/fd/*"), '>=', 13, 'and much is left';
    SG::finish();
};

subtest 'Messages of eight who are in, at a time, are kept in files' => sub {
    my ($d, $mta, $waiting, @in) = exhausted(64, spool_leave_on => ['always'], spool_memory => 1);
    my @eight = @in[ 0 .. 7 ];
    for my $c (@eight) {
        $c->hello->envelope;
        $c->send_raw($letter);
    }
    my ($worker) = $d->worker_pids;
    SG::wait_for { (grep { (readlink($_) // '') =~ /deleted/ } glob "/proc/$worker/fd/*") == 8 } 10, 'eight files';
    $_->send_raw(".\r\n") for @eight;
    is scalar(grep { $_->reply !~ /^250/ } @eight), 0, 'and taken';
    is scalar($mta->messages), 8, 'and delivered';
    ok unserved($waiting), 'while nobody else is let in';
    SG::finish();
};

subtest 'Somebody lowers the limit below what is in use' => sub {
    my ($d, $mta, $waiting, @in) = exhausted(64, spool_leave_on => ['always'], spool_memory => 1);
    my ($worker) = $d->worker_pids;
    my $c = $in[0]->hello;
    is system('prlimit', '--pid', $worker, '--nofile=40:'), 0, 'to 40';
    like $c->mail($letter), qr/^451 /, 'a message that cannot be kept for the checks is refused for now';
    is scalar($mta->messages), 0, 'and not delivered';
    leave($d, @in);
    is system('prlimit', '--pid', $worker, '--nofile=64:'), 0, 'and raises it';
    like $waiting->hello->mail($letter), qr/^250/, 'the next is';
    SG::finish();
};

subtest 'The limit is lowered while there is plenty' => sub {
    my ($d) = relay(core => { workers => 1, enfile_sleep => '50ms' }, wrap => [ 'prlimit', '--nofile=1000:1000' ]);
    my $in = SG::Client->connect($d->port)->hello;
    my ($worker) = $d->worker_pids;
    is system('prlimit', '--pid', $worker, '--nofile=8:'), 0, 'to less than is in use';
    my $waiting = SG::Client->connect($d->port);
    $d->wait_log(qr/ACCEPT:PAUSED reason=Too many open files, ms=50$/m);
    like $in->cmd('NOOP'), qr/^250/, 'who is in notices nothing';
    is system('prlimit', '--pid', $worker, '--nofile=1000:'), 0, 'and raised';
    like $waiting->hello->cmd('NOOP'), qr/^250/, 'who waited is served';
    SG::finish();
};

# Each listener meets the shortage when it is emptied for the last time.
subtest 'The worker is replaced while there are none' => sub {
    my ($d) = relay(core => { workers => 1, bind_address => [ '127.0.0.1', '127.0.0.2' ] },
        wrap => [ 'prlimit', '--nofile=1000:1000' ]);
    my $in = SG::Client->connect($d->port)->hello;
    my ($worker) = $d->worker_pids;
    is system('prlimit', '--pid', $worker, '--nofile=8:'), 0, 'it has more than it may';
    $d->hup;
    $d->wait_log(qr/ACCEPT:PAUSED.*ACCEPT:PAUSED/s);
    like $in->cmd('NOOP'), qr/^250/, 'who is in stays in';
    like(SG::Client->connect($d->port)->hello->cmd('NOOP'), qr/^250/, 'who comes is served by the next one');
    like $d->status, qr{^Children: \d+/\d+/0/0}m, 'nothing crashed';
    SG::finish();
};
done_testing;
