# The whole of `make bench`, with few sessions: every contender carries every workload,
# nothing is lost or altered, and each figure there is has a value.  Which value, no
# test asks.
use v5.36;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../lib";
use Test::More;
use Bench::Calls;
use Bench::Contenders;
use Bench::Workloads;
use JSON::PP ();
use SG;

SG::need('haproxy', 'nginx', '/usr/lib/nginx/modules/ngx_stream_module.so', 'clamd', 'spamd', 'prlimit', 'valgrind',
    SG::build_dir() . '/t/bench/scan');
plan skip_all => 'its figures would be the sanitizers\'' if $ENV{SG_SANITIZED};

my $json = SG::tempdir() . '/bench.json';

# Its exit status, output, and the figures it wrote.
sub bench (@options) {
    my $said = qx($^X $FindBin::Bin/bench.pl json=$json @options 2>&1);
    my $status = $? >> 8;
    open my $in, '<', $json or return ($status, $said, {});
    local $/;
    return ($status, $said, JSON::PP::decode_json(readline $in));
}

# The paths of what has no value.
sub empty ($what, $path = '') {
    return map { empty($what->{$_}, "$path/$_") } sort keys %$what if ref $what eq 'HASH';
    return map { empty($what->[$_], "$path/$_") } 0 .. $#$what if ref $what eq 'ARRAY';
    return defined $what ? () : $path;
}

my @parts = (qw(idle shared), Bench::Workloads::names(), Bench::Calls::hindrance() ? () : 'calls');
my ($status, $said, $result) = bench('rounds=1', 'scale=4', 'idle=30', 'signatures=2000', 'only=' . join ',', @parts);
is $status, 0, 'a short run of all parts but the slowest ends well' or diag $said;

for my $workload (Bench::Workloads::all(4)) {
    my $of = $result->{workloads}{ $workload->{name} };
    my $load = $workload->{load};
    my $mails = $load->{dialogue} eq 'mail' ? $load->{sessions} * $load->{mails} : 0;
    my @rounds = map { @{ $of->{raw}{$_} // [] } } @{ $workload->{for} };
    is scalar @rounds, @{ $workload->{for} }, "$workload->{title}: a round of each";
    is_deeply [ grep { $_->{accepted} != $mails || $_->{failed} } @rounds ], [], 'with every mail';
}
my @empty = grep { !m{/(?:cpu_per_m\w+|ratio/[\w]+)$} } empty($result->{workloads}), empty($result->{shared});
is_deeply \@empty, [], 'every figure has a value';
is_deeply [ sort keys %{ $result->{idle} } ], [qw(checks haproxy nginx relay)], 'memory was looked at';
SKIP: {
    skip Bench::Calls::hindrance(), 1 if Bench::Calls::hindrance();
    is_deeply [ grep { $result->{calls}{$_}{total} < 20 } qw(haproxy nginx relay checks libclamav clamd) ], [],
        'system calls were counted';
}
my @unknown = grep { !defined $_->{reached} && $_->{title} !~ /system calls/ } @{ $result->{goals} };
is_deeply [ map { $_->{title} } @unknown ], [], 'no goal is left without a figure';

($status, $said, $result) = bench('only=instructions', 'with=relay');
cmp_ok $result->{instructions}{relay} // 0, '>', 1000, 'instructions are counted' or diag $said;
($status, $said) = bench('only=hello', 'with=locked,haproxy', 'rounds=1', 'scale=1');
is $status, 0, 'parts and contenders can be chosen' or diag $said;
unlike $said, qr/^relay/m, 'and others stay out';
($status, $said) = bench('only=idel');
like $said, qr/there is no part 'idel', but: idle/, 'a part that does not exist is named';
done_testing;
