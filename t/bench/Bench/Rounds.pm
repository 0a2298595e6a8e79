# One workload through all it is meant for, in interleaved rounds: what disturbs the
# machine for a while then disturbs them alike.
package Bench::Rounds;
use v5.36;
use Bench::Figures qw(summary);
use Bench::Load;
use Bench::Scan;
use Bench::Workloads;

# Over the letters that the contender with the library in it just had.
sub _bare ($figures, $load) {
    return Bench::Scan::bare($figures->{first}, $load->{sessions} * $load->{mails}, $load->{size});
}

# Name => one entry for each round.  Every second round goes backwards, so that nobody
# always comes behind the same; the first is for warming up and does not count.
sub of ($workload, $contenders, $count) {
    my %rounds;
    my @order = @$contenders;
    Bench::Load::measure($_, $workload->{load}) for @order;
    for my $round (1 .. $count) {
        for my $contender ($round % 2 ? @order : reverse @order) {
            my $figures = Bench::Load::measure($contender, $workload->{load});
            push @{ $rounds{ $contender->{name} } }, $figures;
            push @{ $rounds{bare} }, _bare($figures, $workload->{load})
                if $workload->{bare} && $contender->{name} eq 'libclamav';
        }
    }
    return \%rounds;
}

1;
