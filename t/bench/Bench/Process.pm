# Processes that are measured: started, found with all their children, what they have
# used so far, and gone at the end.
package Bench::Process;
use v5.36;
use Exporter 'import';
use IO::Socket::IP;
use List::Util qw(sum0);
use POSIX ();
use SG;

our @EXPORT_OK = qw(forked spawn tree cpu settled_cpu pss private answers);

my $ticks = POSIX::sysconf(POSIX::_SC_CLK_TCK());
my @spawned;

END {
    my $status = $?;
    kill TERM => @spawned;
    waitpid $_, 0 for @spawned;
    $? = $status;
}

# Runs the code in a process of its own.
sub forked ($code) {
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        SG::Daemon::_die_with_parent();
        eval { $code->() };
        POSIX::_exit(127);
    }
    push @spawned, $pid;
    return $pid;
}

sub spawn (@command) {
    return forked(sub { exec @command });
}

sub _words ($path) {
    open my $in, '<', $path or return;
    return split ' ', readline($in) // '';
}

# These processes and all below them.
sub tree (@pids) {
    my @below = map { _words($_) } map { glob "/proc/$_/task/*/children" } @pids;
    return (@pids, @below ? tree(@below) : ());
}

# Nanoseconds on a CPU of all threads there are, and what children that are gone have
# used, which the kernel tells in ticks only.
sub cpu (@roots) {
    my $sum = 0;
    for my $pid (tree(@roots)) {
        $sum += (_words($_))[0] // 0 for glob "/proc/$pid/task/*/schedstat";
        open my $stat, '<', "/proc/$pid/stat" or next;
        my @field = split ' ', (readline($stat) =~ s/^.*\) //r);
        $sum += ($field[13] + $field[14]) * 1e9 / $ticks;
    }
    return $sum;
}

# What is left to do when the last client has gone is part of the price.
sub settled_cpu (@roots) {
    my $before = cpu(@roots);
    for (1 .. 50) {
        select undef, undef, undef, 0.01;
        my $now = cpu(@roots);
        return $now if $now == $before;
        $before = $now;
    }
    return $before;
}

sub _kib ($pid, $field) {
    open my $in, '<', "/proc/$pid/smaps_rollup" or return 0;
    local $/;
    my @kib = readline($in) =~ /^$field:\s+(\d+) kB/mg;
    return sum0(@kib);
}

# KiB, shared pages divided among those that share them.
sub pss (@pids) { return sum0(map { _kib($_, 'Pss') } @pids) }

# KiB that no other process has.
sub private ($pid) { return _kib($pid, 'Private_(?:Clean|Dirty)') }

# Waits until somebody listens there.
sub answers ($port, $who, $seconds = 15) {
    SG::wait_for { IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $port) } $seconds, $who;
    return;
}

1;
