# One load through one contender, and what it cost.
package Bench::Load;
use v5.36;
use Bench::Process qw(cpu settled_cpu spawn);
use SG;

my $next_letter = 1;

# Starts the sink; its port.
sub sink () {
    pipe my $read, my $write or die "pipe: $!\n";
    open my $saved, '>&', \*STDOUT or die "dup: $!\n";
    open STDOUT, '>&', $write or die "dup: $!\n";
    spawn(SG::build_dir() . '/t/bench/sink');
    open STDOUT, '>&', $saved or die "dup: $!\n";
    chomp(my $port = readline $read);
    return $port;
}

# The command; every letter of a run has a number of its own.
sub command ($contender, $load) {
    my %option = (%$load, first => $next_letter, added => $contender->{added} // 0);
    $next_letter += $load->{sessions} * $load->{mails};
    return (SG::build_dir() . '/t/bench/load', '127.0.0.1', $contender->{port},
        map { "$_=$option{$_}" } sort keys %option);
}

# Dies when a message was lost or altered, because then there is nothing to report.
sub run ($contender, $load) {
    my $first = $next_letter;
    open my $out, '-|', command($contender, $load) or die "load: $!\n";
    my $line = readline($out) // '';
    close $out or die "$contender->{name}: a round with losses is no round: $line\n";
    return { first => $first, $line =~ /(\w+)=(\d+)/g };
}

# The same, with the CPU of the contender's own processes and of its peers, in ns.
sub measure ($contender, $load) {
    my ($own, $peers) = @$contender{qw(own peers)};
    my ($before, $before_peers) = (cpu(@$own), cpu(@$peers));
    my $figures = run($contender, $load);
    $figures->{cpu_ns} = settled_cpu(@$own) - $before;
    $figures->{peers_ns} = @$peers ? settled_cpu(@$peers) - $before_peers : 0;
    return $figures;
}

1;
