# What a session costs, beside haproxy in TCP mode, in one run.
#
#   bench.pl [rounds=11] [sessions=4000] [parallel=20] [mails=1] [size=4096] [pipelined=0]
#
# Interleaved rounds: a load of equal mails goes through each contender in turn
# to the same sink; what counts is the CPU time of all processes of each, per
# session, from /proc.  Medians, and the ratio pair by pair.  A round in which a mail was
# lost is an error, not a figure.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX ();
use SG;

my %want = (rounds => 11, sessions => 4000, parallel => 20, mails => 1, size => 4096,
    pipelined => 0);
for (@ARGV) { /^(\w+)=(\d+)$/ && exists $want{$1} ? $want{$1} = $2 : die "what is '$_'?\n" }

my $ticks = POSIX::sysconf(POSIX::_SC_CLK_TCK());
my $tools = SG::build_dir() . '/t/bench';
my @children;
END { my $status = $?; kill TERM => @children; waitpid $_, 0 for @children; $? = $status }

sub spawn (@command) {
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) { exec @command or POSIX::_exit(127) }
    push @children, $pid;
    return $pid;
}

# utime, stime and those of reaped children, of a process and all below it, in seconds.
sub cpu ($pid) {
    open my $stat, '<', "/proc/$pid/stat" or return 0;
    my @field = split ' ', (readline($stat) =~ s/^.*\) //r);
    my $sum = ($field[11] + $field[12] + $field[13] + $field[14]) / $ticks;
    open my $children, '<', "/proc/$pid/task/$pid/children" or return $sum;
    $sum += cpu($_) for split ' ', readline($children) // '';
    return $sum;
}

sub start_sink () {
    pipe my $read, my $write or die "pipe: $!\n";
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) { open STDOUT, '>&', $write; exec "$tools/sink" or POSIX::_exit(127) }
    push @children, $pid;
    chomp(my $port = readline $read);
    return $port;
}

sub free_port () {
    my $s = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 1) or die "listen: $!\n";
    return $s->sockport;
}

sub start_haproxy ($sink) {
    my ($port, $file) = (free_port(), SG::tempdir() . '/haproxy.cfg');
    open my $conf, '>', $file or die "$file: $!\n";
    print $conf <<"END";
global
    nbthread 1
    maxconn 4000
defaults
    mode tcp
    timeout connect 30s
    timeout client 300s
    timeout server 300s
listen smtp
    bind 127.0.0.1:$port
    server sink 127.0.0.1:$sink
END
    close $conf;
    my $pid = spawn('haproxy', '-db', '-q', '-f', $file);
    SG::wait_for { IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $port) } 10, 'haproxy';
    return { name => 'haproxy', pid => $pid, port => $port };
}

# Timeouts and limits on, the lines of each session in a log.
sub start_ours ($sink) {
    my $daemon = SG::Daemon->start(
        core    => { log_level => 'notice', workers => 1, max_connections => 4000 },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $sink } ],
    );
    return { name => 'smtp-gated', pid => $daemon->pid, port => $daemon->port, daemon => $daemon };
}

sub load_through ($contender) {
    my @options = map { "$_=$want{$_}" } qw(sessions parallel mails size pipelined);
    my $before = cpu($contender->{pid});
    my $line = qx{$tools/load 127.0.0.1 $contender->{port} @options};
    die "$contender->{name} lost mail: $line" if $?;
    my (undef, undef, $p50, $p99) = split ' ', $line;
    push @{ $contender->{cpu} }, 1e6 * (cpu($contender->{pid}) - $before) / $want{sessions};
    push @{ $contender->{p50} }, $p50;
    push @{ $contender->{p99} }, $p99;
    return;
}

sub median (@values) { return (sort { $a <=> $b } @values)[ @values / 2 ] }

SG::need('haproxy');
my $sink = start_sink();
my @contenders = (start_haproxy($sink), start_ours($sink));
load_through($_) for @contenders; # warm
delete @$_{qw(cpu p50 p99)} for @contenders;
for my $round (1 .. $want{rounds}) {
    load_through($_) for $round % 2 ? @contenders : reverse @contenders;
}
my ($haproxy, $ours) = @contenders;
my @ratios = map { $ours->{cpu}[$_] / $haproxy->{cpu}[$_] } 0 .. $want{rounds} - 1;
say "$want{mails} mail(s) of $want{size} bytes a session, $want{parallel} parallel, ",
    "$want{sessions} sessions, $want{rounds} rounds", $want{pipelined} ? ', pipelined' : '';
printf "%-12s %10s %12s %12s\n", '', 'CPU us', 'p50 us', 'p99 us';
printf "%-12s %10.1f %12d %12d\n", $_->{name}, map { median(@$_) } @$_{qw(cpu p50 p99)}
    for @contenders;
printf "CPU against haproxy, pair by pair: median %.2f, from %.2f to %.2f\n", median(@ratios),
    (sort { $a <=> $b } @ratios)[ 0, -1 ];
