# Figures as tables for people, and as JSON for programs.
package Bench::Report;
use v5.36;
use JSON::PP ();
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

# CPU per session, mail and MB in microseconds; latencies in microseconds.
sub table ($workload, $figures, @names) {
    say "\n$workload->{title}, $workload->{load}{sessions} sessions a round";
    say ' ' x 10, join ' ', map { my $w = _width($_->[1]); sprintf "%${w}s", $_->[0] } @columns;
    for my $name (grep { $figures->{$_} } @names) {
        my $f = $figures->{$name};
        say sprintf('%-10s', $name), join ' ', map { _cell($_->[1], $_->[2]->($f)) } @columns;
    }
    return;
}

sub json ($path, $all) {
    SG::Conf::write_file($path, JSON::PP->new->canonical->pretty->encode($all));
    return;
}

1;
