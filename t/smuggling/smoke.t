# A part of the smuggling matrix that has some of every kind in it; `make smuggling`
# is all of it.  STRIDE=N takes every Nth case, FROM=N COUNT=1 is one of them.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Smuggling;

SG::need(SG::Smuggling::program('smuggle'));
SG::Smuggling::toys($ENV{STRIDE} || 97, SG::Smuggling::setups());
done_testing;
