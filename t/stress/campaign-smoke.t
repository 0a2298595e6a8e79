# Random sessions, each side failing now and then, judged by an oracle: see
# t/stress/campaign.h.  `make campaign` is the same with many more of them.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG::Campaign;

# Under sanitizers every session takes ten times as long.
SG::Campaign::run(
    sessions => $ENV{SG_SESSIONS} || ($ENV{SG_SANITIZED} ? 2000 : 20_000),
    only     => $ENV{ONLY},
    seed     => $ENV{SG_SEED});
