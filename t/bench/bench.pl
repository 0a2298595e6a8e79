# What a session costs: workloads through each contender in turn, in interleaved rounds.
#
#   bench.pl [rounds=11] [scale=100] [only=WORKLOAD,…] [with=CONTENDER,…]
#
# doc/performance.md tells what the figures mean.  They are printed as tables and
# written to bench.json in the build folder.  A round in which a message was lost or
# altered is an error, not a figure.
use v5.36;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../lib";
use Bench::Contenders;
use Bench::Figures qw(summary);
use Bench::Load;
use Bench::Report;
use Bench::Workloads;
use SG;

alarm 0;    # it takes as long as it is told to
$| = 1;

my %want = (rounds => 11, scale => 100, only => join(',', Bench::Workloads::names()),
    with => join(',', Bench::Contenders::names()));
for (@ARGV) { /^(\w+)=([\w,]+)$/ && exists $want{$1} ? $want{$1} = $2 : die "what is '$_'?\n" }
my %only = map { $_ => 1 } split /,/, $want{only};
my %with = map { $_ => 1 } split /,/, $want{with};

SG::need('haproxy', 'nginx', 'clamd', '/usr/lib/nginx/modules/ngx_stream_module.so');
my @workloads = grep { $only{ $_->{name} } } Bench::Workloads::all($want{scale});
my %needed = map { $_ => 1 } map { @{ $_->{for} } } @workloads;
my @names = grep { $with{$_} && $needed{$_} } Bench::Contenders::names();
my $sink = Bench::Load::sink();
my %contenders = map { $_ => Bench::Contenders::start($_, $sink) } @names;

# Every second round backwards, so that nobody always comes behind the same.
sub rounds ($workload) {
    my %mine = map { $_ => 1 } @{ $workload->{for} };
    my @order = grep { $mine{$_} } @names;
    my %rounds;
    Bench::Load::measure($contenders{$_}, $workload->{load}) for @order;    # warm
    for my $round (1 .. $want{rounds}) {
        for my $name ($round % 2 ? @order : reverse @order) {
            push @{ $rounds{$name} }, Bench::Load::measure($contenders{$name}, $workload->{load});
        }
    }
    return \%rounds;
}

my %result = (rounds => $want{rounds}, workloads => {});
for my $workload (@workloads) {
    my $rounds = rounds($workload);
    my %figures = map { $_ => summary($workload, $rounds->{$_}, $rounds->{haproxy} // []) } keys %$rounds;
    $result{workloads}{ $workload->{name} } = { load => $workload->{load}, contenders => \%figures };
    Bench::Report::table($workload, \%figures, @names);
}
my $json = SG::build_dir() . '/bench.json';
Bench::Report::json($json, \%result);
say "\nAll figures: $json";
