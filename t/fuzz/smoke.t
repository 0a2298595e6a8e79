# The fuzz targets, each for a few seconds: enough to see that they build and that
# nothing lies on the surface.  `make fuzz-smoke FUZZ_SECONDS=…` looks deeper.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use Test::More;

SG::need('clang', 'make', SG::build_dir() . '/Makefile');
my $said = qx(make -s -C @{[ SG::build_dir() ]} fuzz-smoke FUZZ_SECONDS=2 2>&1);
is($?, 0, 'no fuzz target finds anything') or diag($said);
my @runs = $said =~ /number_of_executed_units:\s*(\d+)/g;
cmp_ok(scalar @runs, '>=', 5, 'they ran');
ok(!(grep { $_ < 100 } @runs), 'each on many inputs') or diag($said);
done_testing;
