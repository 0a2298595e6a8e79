# clang-format decides the layout, so that nobody has to.  Its versions differ in details
# (macros of one line, casts), so one version decides: that of Debian 12.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

SG::need('clang-format');
my ($version) = qx(clang-format --version) =~ /version (\d+)/;
plan skip_all => "clang-format 14 decides, and this is version $version" if $version != 14;

# Its tables and macros are set by hand.
my %exempt = map { $_ => 1 } 'sdk/include/smtp-gated/plugin.h',
    files(qr{/plugin\.h$}, 'sdk/abi');

my @sources = grep { !$exempt{$_} } files(qr/\.[ch]$/, 'daemon', 'plugins', 'sdk', 't');
my @paths = map { src($_) } @sources;
my $said = qx(clang-format --dry-run @paths 2>&1);
my %places = map { m{^(\S+?):(\d+):\d+: warning} ? ("$1:$2" => 1) : () } split /\n/, $said;

cmp_ok(scalar @sources, '>', 50, 'there are sources to read');
ok(!%places, 'every source is laid out as clang-format does') or diag(join "\n", sort keys %places);
done_testing;
