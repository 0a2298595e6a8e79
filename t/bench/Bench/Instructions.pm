# Instructions that a session takes in user space: from the processor's own counters
# where perf can read them, else from callgrind, which simulates a processor.
package Bench::Instructions;
use v5.36;
use Bench::Contenders;
use Bench::Load;
use Bench::Process qw(settled_cpu tree);
use POSIX ();
use SG;

sub perf_works () { return `perf stat -x, -e instructions:u true 2>&1` =~ /^\d+,/m }

sub _slurp ($path) {
    open my $in, '<', $path or return '';
    local $/;
    return readline($in) // '';
}

# How often an event of perf happened in these processes while the code ran.
sub counted ($event, $pids, $code) {
    my $file = SG::tempdir() . '/perf';
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        exec 'perf', 'stat', '-x,', '-e', $event, '-o', $file, '-p', join ',', @$pids
            or POSIX::_exit(127);
    }
    SG::wait_for { -e $file } 10, 'perf';
    $code->();
    settled_cpu(@$pids);
    kill INT => $pid;
    waitpid $pid, 0;
    return _slurp($file) =~ /^(\d+)(?:\.\d+)?,/m ? $1 : undef;
}

# All of a contender's life with so many sessions in it.
sub _simulated ($name, $sink, $load) {
    local $ENV{SG_PATIENCE} = 10;    # it is slow
    my $dir = SG::tempdir();
    my $contender = Bench::Contenders::start($name, $sink, 'valgrind', '-q', '--tool=callgrind',
        '--trace-children=yes', "--callgrind-out-file=$dir/%p");
    Bench::Load::run($contender, $load);
    Bench::Contenders::stop($contender);
    my $sum = 0;
    $sum += $_ for map { _slurp($_) =~ /^(?:totals|summary): (\d+)/m ? $1 : 0 } glob "$dir/*";
    return $sum;
}

# Two lives, one longer, differ by the sessions that the longer one has more.
sub _by_callgrind ($name, $sink, $load, $few = 20, $many = 100) {
    my ($less, $more) = map { _simulated($name, $sink, { %$load, sessions => $_ }) } $few, $many;
    return ($more - $less) / ($many - $few);
}

sub _by_perf ($contender, $load) {
    my $pids = [ tree(@{ $contender->{own} }) ];
    my $n = counted('instructions:u', $pids, sub { Bench::Load::run($contender, $load) });
    return defined $n ? $n / $load->{sessions} : undef;
}

sub per_session ($contender, $sink, $load) {
    state $perf = perf_works();
    return $perf ? _by_perf($contender, $load) : _by_callgrind($contender->{name}, $sink, $load);
}

1;
