# The bare library: what t/bench/scan.c says of it.
package Bench::Scan;
use v5.36;
use SG::Signatures;

# CPU of all in ns, and the median time of one in microseconds.
sub bare ($first, $letters, $size) {
    state $database = SG::Signatures::database();
    my $said = qx($ENV{SG_BUILD}/t/bench/scan $database $first $letters $size);
    die "the bare scan failed\n" if $?;
    my %of = $said =~ /(\w+)=(\d+)/g;
    return { cpu_ns => $of{cpu_us} * 1000, scan_p50 => $of{scan_p50} };
}

1;
