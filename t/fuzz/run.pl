# Runs fuzz targets, some side by side, and says what that cost and found:
#
#   run.pl seconds=60 jobs=2 nice=0 work=FOLDER kept=FOLDER TARGET…
#
# `seconds` are of the clock, for all of them together.  Each target first runs what is
# kept in kept/corpus/NAME and kept/regress/NAME, then what it comes upon; that grows in
# work/corpus/NAME from run to run.  What it stumbles over goes to work/crash/NAME.
use v5.36;
use File::Basename qw(basename);
use File::Path qw(make_path);
use List::Util qw(max sum0);
use POSIX ();

my %WEIGHT = (session => 10);    # of the time; others have 1
my @LIMITS = qw(-timeout=20 -rss_limit_mb=2500 -max_len=4096 -print_final_stats=1);

my %opt = (seconds => 60, jobs => 2, nice => 0);
while (@ARGV && $ARGV[0] =~ /\A(\w+)=(.*)\z/s) { $opt{$1} = $2; shift @ARGV }
die "usage: run.pl work=FOLDER kept=FOLDER [seconds=…] TARGET…\n" if !@ARGV || !$opt{kept} || !$opt{work};

sub weight ($target) { return $WEIGHT{ basename($target) } // 1 }

my $all = sum0(map { weight($_) } @ARGV);
my $lane = max(map { weight($_) / $all } @ARGV) * $opt{jobs} > 1 ? 1 : $opt{jobs};

# Of the clock: what is left beside the heaviest is shared by the other lanes.
sub seconds ($target) { return max(1, int($opt{seconds} * $lane * weight($target) / $all)) }

sub folders ($name) {
    my @folders = map { "$opt{work}/$_/$name" } 'corpus', 'crash';
    make_path(@folders);
    return @folders, grep { -d } map { "$opt{kept}/$_/$name" } 'corpus', 'regress';
}

sub dictionary ($name) {
    my ($dict) = grep { -f } map { "$opt{kept}/$_.dict" } $name, 'smtp';
    return "-dict=$dict";
}

# In a process of its own, whose only child is the fuzzer.
sub run ($target) {
    my $name = basename($target);
    my ($corpus, $crash, @kept) = folders($name);
    my $log = "$opt{work}/$name.log";
    open STDOUT, '>', $log or die "$log: $!\n";
    open STDERR, '>&', \*STDOUT or die "$log: $!\n";
    POSIX::nice($opt{nice});
    system($target, @LIMITS, '-max_total_time=' . seconds($target), dictionary($name),
        "-artifact_prefix=$crash/", $corpus, @kept);
    my $status = $?;
    my (undef, undef, $user, $system) = times;
    printf "run.pl: %.1f seconds of CPU\n", $user + $system;
    exit($status ? 1 : 0);
}

sub slurp ($file) {
    open my $in, '<:raw', $file or return '';
    local $/;
    return <$in>;
}

# One line of the table.
sub report ($target, $failed) {
    my $name = basename($target);
    my $log = slurp("$opt{work}/$name.log");
    my ($cpu) = $log =~ /^run\.pl: ([\d.]+)/m;
    my ($units) = $log =~ /number_of_executed_units:\s*(\d+)/;
    my ($cov) = reverse $log =~ /cov: (\d+)/g;
    printf "fuzz: %-10s %8.1f s CPU %12d runs %6d edges%s\n", $name, $cpu // 0, $units // 0,
        $cov // 0, $failed ? '  FOUND SOMETHING' : '';
    return if !$failed;
    print $log =~ s/.*?(?=^==|^\S*:\d+:\d+: runtime)//msr;
    say "fuzz: again with: FUZZ_SHOW=1 $target FILE; once mended, keep it in t/fuzz/regress/$name";
    return;
}

my (%running, $found);
my @waiting = sort { weight($b) <=> weight($a) } @ARGV;
while (@waiting || %running) {
    if (@waiting && keys %running < $opt{jobs}) {
        my $target = shift @waiting;
        my $pid = fork() // die "fork: $!\n";
        run($target) if !$pid;
        $running{$pid} = $target;
        next;
    }
    my $pid = wait;
    my $failed = $? != 0;
    report(delete $running{$pid}, $failed);
    $found ||= $failed;
}
exit($found ? 1 : 0);
