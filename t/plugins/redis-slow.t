# The Redis kit and a network that is slow, or that loses what is sent: nobody waits longer
# than redis_timeout, and what comes too late is no answer.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Select;
use IO::Socket::IP;
use Test::More;
use Time::HiRes ();
use SG;
use SG::Asker;

need_redis();
my $redis = SG::Redis->start;

# One connection for another, in both directions.
sub join_way ($listener, $other, $all) {
    my ($in, $out) = (scalar $listener->accept, IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $redis->port));
    return if !$in || !$out;
    @$other{ $in, $out } = ($out, $in);
    $all->add($in, $out);
    return;
}

# What came, for later; nothing: that side has hung up.
sub take ($socket, $other, $all) {
    my $to = $other->{$socket};
    my $n = sysread($socket, my $bytes, 65536);
    return [ Time::HiRes::time(), $to, $bytes ] if $n;
    $all->remove($socket, $to);
    close $_ for $to, $socket;
    return;
}

# Passes on what comes, as many tenths of a second later as the file has bytes.
sub slow_way ($file) {
    my $listener = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 16) or die "listen: $@";
    my $pid = fork() // die "fork: $!";
    return ($listener->sockport, $pid) if $pid;
    SG::Daemon::_die_with_parent();
    local $SIG{PIPE} = 'IGNORE';
    my (%other, @late);
    my $all = IO::Select->new($listener);
    while (1) {
        for my $socket ($all->can_read(0.005)) {
            next if !$socket->opened;
            $socket == $listener ? join_way($listener, \%other, $all) : push @late, take($socket, \%other, $all);
        }
        while (@late && $late[0][0] + (-s $file || 0) / 10 <= Time::HiRes::time()) {
            my $one = shift @late;
            syswrite $one->[1], $one->[2] if $one->[1]->opened;
        }
    }
}

my $file = SG::Conf::write_file(SG::tempdir() . '/delay', '');
my ($port, $pid) = slow_way($file);
END { kill 'KILL', $pid if $pid }
my $daemon = asker(server => "127.0.0.1:$port", redis_timeout => '300ms');
is(ask($daemon, 'incr.a'), 'answered integer 1', 'by a way that is fast, it is asked');

# What is late for one question comes while the next one waits.
SG::Conf::write_file($file, 'xx');    # each way
my @found;
SG::wait_for { push @found, ask($daemon, 'incr.a'); $daemon->log =~ /REDIS:DOWN/ } 20, 'REDIS:DOWN';
is(scalar(grep { $_ !~ /^gone (?:does not answer|cannot be reached) in time$/ } @found), 0, 'on a slow one each question is given up in its time');
cmp_ok(scalar @found, '<=', 4, 'and after three there are no more to wait');
like(ask($daemon, 'incr.a'), qr/^gone /, 'then it is gone');
SG::Conf::write_file($file, '');
SG::wait_for { ask($daemon, 'get.a') =~ /^answered/ } 20, 'a fast way';
my @each = ask($daemon, 'get.b', 'incr.c', 'get.c');
is_deeply(\@each, [ 'answered nil ', 'answered integer 1', 'answered text 1' ], 'when it is fast again, each question has its own answer');
is(scalar(() = $daemon->log =~ /REDIS:(?:DOWN|UP)/g), 2, 'the log has one line for each change');
kill 'KILL', $pid;
waitpid $pid, 0;
$pid = 0;

# A machine that does not even refuse: what is sent there is lost.
my $deaf = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 1) or die "listen: $@";
my @full = map { IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $deaf->sockport, Blocking => 0) } 1 .. 8;
my $lost = asker(server => '127.0.0.1:' . $deaf->sockport, redis_timeout => '300ms');
like(ask($lost, 'incr.a'), qr/^gone /, 'of one that is not to be reached a question is told so');
$lost->wait_log(qr/REDIS:DOWN server=\S+, result=does not accept the connection/);
like(ask($lost, 'incr.a'), qr/^gone does not accept the connection/, 'and then at once');
unlike($lost->log . $daemon->log, qr/CRASH/, 'nothing crashed');
SG::finish();
done_testing;
