# Figures as tables for people, and as JSON for programs.
package Bench::Report;
use v5.36;
use Bench::Figures qw(median);
use JSON::PP ();
use POSIX ();
use SG::Conf;

my @columns = (
    [ 'CPU us'   => '%9.1f', sub ($f) { $f->{cpu_per_session} } ],
    [ '/mail'    => '%8.1f', sub ($f) { $f->{cpu_per_mail} } ],
    [ '/MB'      => '%8.1f', sub ($f) { $f->{cpu_per_mb} } ],
    [ 'peers us' => '%9.1f', sub ($f) { $f->{peers_per_session} || undef } ],
    [ 'ratio'    => '%6.2f', sub ($f) { $f->{ratio}{cpu_ns}{median} } ],
    [ 'least'    => '%6.2f', sub ($f) { $f->{ratio}{cpu_ns}{least} } ],
    [ 'most'     => '%6.2f', sub ($f) { $f->{ratio}{cpu_ns}{most} } ],
    [ 'sess/s'   => '%8.0f', sub ($f) { $f->{sessions_per_s} } ],
    [ 'MB/s'     => '%7.0f', sub ($f) { $f->{mb_per_s} || undef } ],
    [ 'mail p50' => '%9.0f', sub ($f) { $f->{mail_p50} } ],
    [ 'p99'      => '%8.0f', sub ($f) { $f->{mail_p99} } ],
    [ '250 p50'  => '%8.0f', sub ($f) { $f->{final_p50} } ],
    [ 'p99'      => '%8.0f', sub ($f) { $f->{final_p99} } ],
);

sub _width ($format) { return $format =~ /(\d+)/ ? $1 : 0 }

sub _cell ($format, $value) {
    return defined $value ? sprintf $format, $value : ' ' x (_width($format) - 1) . '-';
}

sub _row ($name, $columns, $f) {
    say sprintf('%-12s', $name), join ' ', map { _cell($_->[1], $_->[2]->($f)) } @$columns;
    return;
}

# A table: hashes by name, in the order of the names, those that are there.
sub _table ($title, $columns, $rows, @names) {
    say "\n$title";
    say ' ' x 12, join ' ', map { sprintf '%*s', _width($_->[1]), $_->[0] } @$columns;
    _row($_, $columns, $rows->{$_}) for grep { $rows->{$_} } @names;
    return;
}

# CPU in microseconds per session, mail and MB; latencies in microseconds.
sub workload ($workload, $figures, $bare, @names) {
    _table("$workload->{title}; $workload->{load}{sessions} sessions a round", \@columns, $figures, @names);
    return if !$bare;
    my $mails = $workload->{load}{sessions} * $workload->{load}{mails};
    say sprintf 'the bare library over the same letters: %.1f us of CPU a mail, %.0f us each',
        median(map { $_->{cpu_ns} / 1e3 / $mails } @$bare), median(map { $_->{scan_p50} } @$bare);
    return;
}

sub idle ($idle, @names) {
    _table('Memory (PSS): KiB each idle session after EHLO adds, and at rest', [
        [ 'sessions'    => '%9d',   sub ($f) { $f->{sessions} } ],
        [ 'KiB each'    => '%9.2f', sub ($f) { $f->{kib_per_session} } ],
        [ 'largest'     => '%9d',   sub ($f) { $f->{kib_at_rest} } ],
        [ 'all of them' => '%11d',  sub ($f) { $f->{kib_in_all} } ],
    ], $idle, @names);
    return;
}

sub shared ($shared) {
    say sprintf "\nOne database of %d signatures: one worker %d KiB in all, four %d KiB (%.2f); private %d KiB more each",
        @$shared{qw(signatures kib_one kib_four ratio kib_private)};
    return;
}

sub innards ($result, @names) {
    for my $name (grep { $result->{calls}{$_} } @names) {
        my %calls = %{ $result->{calls}{$name} };
        my $total = delete $calls{total};
        my @most = grep { $calls{$_} >= 0.05 } sort { $calls{$b} <=> $calls{$a} || $a cmp $b } keys %calls;
        say sprintf "\nSystem calls a session, %s: %.1f\n  %s", $name, $total,
            join ', ', map { sprintf '%s %.4g', $_, $calls{$_} } @most;
    }
    my $instructions = $result->{instructions} or return;
    _table('Instructions a session in user space, thousands', [ [ '', '%9.1f', sub ($n) { $n / 1000 } ] ],
        $instructions, @names);
    return;
}

sub goals (@goals) {
    say sprintf "\n%-66s %8s %8s %9s", 'Goals', 'goal', 'must', 'reached';
    for my $g (grep { defined $_->{reached} } @goals) {
        say sprintf '%-66s %8.4g %8.4g %9s  %s', @$g{qw(title goal must)},
            sprintf('%.4g', $g->{reached}), $g->{verdict};
    }
    my $unknown = grep { !defined $_->{reached} } @goals;
    say "$unknown more were not measured in this run" if $unknown;
    return;
}

# Where the figures are from.
sub machine () {
    open my $in, '<', '/proc/cpuinfo' or return {};
    my @models = map { /^model name\s*:\s*(.*)/ ? $1 : () } <$in>;
    my ($system, undef, $release) = POSIX::uname();
    open my $load, '<', '/proc/loadavg' or return {};
    return { cpus => scalar @models, cpu => $models[0], system => "$system $release",
        load_before => (split ' ', readline $load)[0] };
}

sub json ($path, $all) {
    SG::Conf::write_file($path, JSON::PP->new->canonical->pretty->encode($all));
    return;
}

1;
