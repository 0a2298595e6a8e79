# What a session costs: workloads through each contender in turn, in interleaved rounds.
#
#   bench.pl [gate] [rounds=11] [scale=100] [only=PART,…] [with=CONTENDER,…]
#            [idle=SESSIONS] [signatures=N] [json=FILE]
#
# A part is a workload, or idle, shared, calls, instructions.  doc/performance.md tells
# what the figures mean.  They are printed as tables and written to bench.json in the
# build folder.  A round in which a message was lost or altered is an error, not a
# figure.  With the word gate the exit status is 1 when a figure missed what must be.
use v5.36;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../lib";
use Bench::Calls;
use Bench::Contenders;
use Bench::Figures qw(summary);
use Bench::Goals;
use Bench::Instructions;
use Bench::Load;
use Bench::Memory;
use Bench::Report;
use Bench::Rounds;
use Bench::Workloads;
use List::Util qw(sum0);
use SG;

alarm 0;    # it takes as long as it is told to
$| = 1;

my @parts = (qw(idle shared), Bench::Workloads::names(), qw(calls instructions));
my %want = (gate => 0, rounds => 11, scale => 100, only => join(',', @parts),
    with => join(',', Bench::Contenders::names()), idle => 9500, signatures => 600_000,
    json => SG::build_dir() . '/bench.json');
for (map { $_ eq 'gate' ? 'gate=1' : $_ } @ARGV) {
    /^(\w+)=(.+)$/ && exists $want{$1} ? $want{$1} = $2 : die "what is '$_'?\n";
}
my %only = map { $_ => 1 } split /,/, $want{only};
my %with = map { $_ => 1 } split /,/, $want{with};
for my $unknown (grep { my $part = $_; !grep { $_ eq $part } @parts } keys %only) {
    die "there is no part '$unknown', but: @parts\n";
}

for my $program (qw(haproxy nginx clamd spamd prlimit)) {
    die "make bench needs $program; ./dev knows the packages\n"
        if system("PATH=\$PATH:/usr/sbin; command -v $program >/dev/null");
}
my $files = Bench::Memory::raise_limit();
my @workloads = grep { $only{ $_->{name} } } Bench::Workloads::all($want{scale});
my $sink = Bench::Load::sink();
my %result = (machine => Bench::Report::machine(), rounds => $want{rounds});

sub chosen (@names) { return grep { $with{$_} } @names }

# Before others of ours share pages with those that are measured.
sub memory () {
    my $sessions = Bench::Memory::most_sessions($want{idle}, $files);
    if ($only{idle}) {
        $result{idle}{$_} = Bench::Memory::idle($_, $sink, $sessions) for chosen(qw(haproxy nginx relay checks));
        Bench::Report::idle($result{idle}, Bench::Contenders::names());
    }
    if ($only{shared}) {
        $result{shared} = Bench::Memory::shared($sink, $want{signatures}, 50);
        Bench::Report::shared($result{shared});
    }
    return;
}

sub workload ($workload, $contenders) {
    my @names = chosen(@{ $workload->{for} });
    my $rounds = Bench::Rounds::of($workload, [ @$contenders{@names} ], $want{rounds});
    my %figures = map { $_ => summary($workload, $rounds->{$_}, $rounds->{haproxy} // []) } @names;
    $result{workloads}{ $workload->{name} } =
        { title => $workload->{title}, load => $workload->{load}, contenders => \%figures, raw => $rounds };
    Bench::Report::workload($workload, \%figures, $rounds->{bare}, @names);
    return;
}

# Of one 4 KB mail per session.
sub innards ($contenders) {
    my ($small) = Bench::Workloads::all($want{scale});
    my $load = { %{ $small->{load} }, sessions => 5 * $want{scale} };
    for my $name ($only{calls} && !Bench::Calls::hindrance() ? chosen(qw(haproxy nginx relay checks libclamav clamd)) : ()) {
        my $calls = Bench::Calls::per_session($contenders->{$name}, $load);
        $result{calls}{$name} = { %$calls, total => sum0(values %$calls) };
    }
    for my $name ($only{instructions} ? chosen(qw(haproxy nginx relay checks libclamav clamd)) : ()) {
        $result{instructions}{$name} = Bench::Instructions::per_session($contenders->{$name}, $sink, $load);
    }
    Bench::Report::innards(\%result, Bench::Contenders::names());
    return;
}

memory();
my %needed = map { $_ => 1 } (map { @{ $_->{for} } } @workloads),
    $only{calls} || $only{instructions} ? qw(haproxy nginx relay checks libclamav clamd) : ();
my %contenders = map { $_ => Bench::Contenders::start($_, $sink) } grep { $needed{$_} } chosen(Bench::Contenders::names());
workload($_, \%contenders) for @workloads;
innards(\%contenders);
my @goals = Bench::Goals::check(\%result);
$result{goals} = \@goals;
Bench::Report::goals(@goals);
Bench::Report::json($want{json}, \%result);
say "\nAll figures: $want{json}";
exit($want{gate} && (grep { $_->{verdict} eq 'missed' } @goals) ? 1 : 0);
