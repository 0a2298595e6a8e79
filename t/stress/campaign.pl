# The random campaign at full length: SESSIONS of them, SG_SEED to repeat one.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG::Campaign;

SG::Campaign::run(
    sessions => $ENV{SESSIONS} || 1_000_000,
    only     => $ENV{ONLY},
    seed     => $ENV{SG_SEED},
    parallel => $ENV{PARALLEL},
    scanner  => $ENV{SCANNER});
