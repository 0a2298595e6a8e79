# File descriptors run out: who is in stays, who waits is served when somebody has
# gone, and what could not be connected or kept is answered with 4xx.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Select;
use Test::More;
use SG;
use SG::Process;

my $letter = "Subject: x\r\n\r\nx\r\n";

# A worker whose descriptors are all in use; the clients it has, and one that waits.
sub exhausted ($limit, %core) {
    my ($d, $mta) = relay(core => { workers => 1, enfile_sleep => '50ms', %core },
        wrap => [ 'prlimit', "--nofile=$limit:$limit" ]);
    my @in;
    my $paused = qr/ACCEPT:PAUSED reason=Too many open files, ms=50$/m;
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

# Two limits: one leaves a descriptor for a client and none for its server.
my $unconnected = 0;
for my $limit (64, 65) {
    subtest "At a limit of $limit" => sub {
        my ($d, $mta, $waiting, @in) = exhausted($limit);
        cmp_ok scalar(@in), '>', 10, @in . ' clients are in';
        my @mail = map { $_->hello->cmd('MAIL FROM:<a@client.test>') } @in;
        is scalar(grep { !/^250/ } @mail[ 0 .. $#mail - 1 ]), 0, 'their sessions go on';
        if ($mail[-1] !~ /^250/) {
            $unconnected++;
            like $mail[-1], qr/^451 .*Too many open files/, 'whose server could not be reached is told so';
        }
        like $in[0]->cmd('RSET'), qr/^250/, 'to the next';
        like $in[0]->mail($letter), qr/^250/, 'message';
        is scalar($mta->messages), 1, 'which is delivered';
        ok !IO::Select->new($waiting->{socket})->can_read(0), 'who waits has heard nothing';
        leave($d, @in);
        like $waiting->hello->mail($letter), qr/^250/, 'and is served when others have gone';
        like $d->status, qr{^Children: \d+/\d+/0/0}m, 'nothing crashed';
        SG::finish();
    };
}
is $unconnected, 1, 'one of the two limits was odd';

subtest 'A message that cannot be kept for the checks' => sub {
    my ($d, $mta, $waiting, @in) = exhausted(64, spool_leave_on => ['always'], spool_memory => 1);
    my $c = $in[0]->hello;
    like $c->mail($letter), qr/^451 /, 'is refused for now';
    is scalar($mta->messages), 0, 'and not delivered';
    leave($d, @in);
    like $waiting->hello->mail($letter), qr/^250/, 'the next is';
    SG::finish();
};
done_testing;
