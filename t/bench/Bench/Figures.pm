# Rounds become figures: medians, and ratios pair by pair, because what disturbs a
# machine disturbs neighbours in time alike.
package Bench::Figures;
use v5.36;
use Bench::Workloads;
use Exporter 'import';
use List::Util qw(max min);

our @EXPORT_OK = qw(median ratio summary);

sub median (@values) {
    my @sorted = sort { $a <=> $b } @values;
    return undef if !@sorted;
    return ($sorted[ $#sorted / 2 ] + $sorted[ @sorted / 2 ]) / 2;
}

sub _column ($rounds, $name) { return map { $_->{$name} } @$rounds }

# Of each pair of rounds; undef where the yardstick is nothing.
sub ratio ($rounds, $yardstick, $name) {
    my @ours = _column($rounds, $name);
    my @theirs = _column($yardstick, $name);
    my @ratios = map { $theirs[$_] ? $ours[$_] / $theirs[$_] : () } 0 .. min($#ours, $#theirs);
    return @ratios ? { median => median(@ratios), least => min(@ratios), most => max(@ratios) } : undef;
}

# Microseconds of CPU per unit, throughput, latencies; ratios against haproxy's rounds.
sub summary ($workload, $rounds, $yardstick) {
    my ($cpu, $peers, $us) = map { median(_column($rounds, $_)) } qw(cpu_ns peers_ns us);
    $_ /= 1e3 for $cpu, $peers;
    my %of = map { $_ => Bench::Workloads::units($workload, $_) } qw(session mail mb);
    return {
        rounds           => scalar @$rounds,
        cpu_per_session  => $cpu / $of{session},
        peers_per_session => $peers / $of{session},
        cpu_per_mail     => $of{mail} ? $cpu / $of{mail} : undef,
        cpu_per_mb       => $of{mb} ? $cpu / $of{mb} : undef,
        sessions_per_s   => $of{session} / $us * 1e6,
        mb_per_s         => $of{mb} / $us * 1e6,
        (map { $_ => median(_column($rounds, $_)) } qw(mail_p50 mail_p99 final_p50 final_p99)),
        ratio            => { map { $_ => ratio($rounds, $yardstick, $_) } qw(cpu_ns mail_p50 mail_p99) },
    };
}

1;
