# Every fuzz target runs what is kept, findings of old among it, and looks about for a
# while: a minute in all.  `make fuzz` looks deeper.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use Test::More;

my $build = SG::build_dir();
SG::need('clang', 'make', "$build/Makefile");

# Compiling so much with sanitizers takes its time beside other tests.
alarm(1000 * SG::patience());
qx(make -s -j2 -C $build fuzz-targets 2>&1);
my $said = qx(make -s -C $build fuzz-smoke 2>&1);
is($?, 0, 'no fuzz target finds anything') or diag($said);
my %runs = $said =~ /^fuzz: (\w+) .* (\d+) runs/mg;
my @targets = map { m{/(\w+)/?\z} } glob SG::src_dir() . '/t/fuzz/corpus/*/';
cmp_ok(scalar @targets, '>=', 10, 'there are targets');
ok(!(grep { !$runs{$_} } @targets), 'each that has a corpus ran') or diag($said);
ok(!(grep { $_ < 100 } values %runs), 'on many inputs') or diag($said);
done_testing;
