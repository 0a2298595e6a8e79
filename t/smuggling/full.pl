# The smuggling matrix at full length, and of it as much against the real MTAs as they
# take in minutes; STRIDE=N takes every Nth case.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Smuggling;

use constant REAL => 197;

alarm(0);
my $stride = $ENV{STRIDE} || 1;
my @setups = SG::Smuggling::setups();
SG::Smuggling::toys($stride);
SKIP: {
    skip 'needs root, for the real MTAs', 1 if $> != 0;
    SG::Smuggling::postfix($_, $stride * REAL, @setups) for qw(no normalize);
    SG::Smuggling::exim($stride * REAL, @setups);
}
done_testing;
