# A part of the smuggling matrix against a real Exim; `make smuggling` has more of it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Exim;
use SG::Smuggling;

SG::Exim::need();
SG::need(SG::Smuggling::program('smuggle'));
my ($header) = grep { $_->{header} } SG::Smuggling::setups();
SG::Smuggling::exim($ENV{STRIDE} || 3989, $header);
done_testing;
