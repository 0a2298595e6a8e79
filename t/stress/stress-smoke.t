# Some sessions under all fires of SG::Stress::Parts at once.  `make stress` makes many
# more, and each fire alone.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG::Stress;

SG::Stress::need();
SG::Stress::run(
    sessions => $ENV{SG_SESSIONS} || ($ENV{SG_SANITIZED} ? 200 : 600),
    calm     => 100,
    parts    => [ split ' ', $ENV{STRESS} // '' ],
    seed     => $ENV{SG_SEED});
done_testing;
