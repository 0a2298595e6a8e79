# A part of the smuggling matrix against a real Postfix, as careless as it can be told to
# be (in 3.7 that is the default), and mending line ends itself.  `make smuggling` has
# more of it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Postfix;
use SG::Smuggling;

SG::Postfix::need();
SG::need(SG::Smuggling::program('smuggle'));
my ($header) = grep { $_->{header} } SG::Smuggling::setups();
SG::Smuggling::postfix($_, $ENV{STRIDE} || 3989, $header) for qw(no normalize);
done_testing;
