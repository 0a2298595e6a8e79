# The smuggling matrix at full length, and of it as much against the real MTAs as they
# take in minutes; STRIDE=N takes every Nth case.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Smuggling;

# An added header stands before what is looked at: a part shows what it changes.
use constant {HEADER => 4, REAL => 389};

alarm(0);
my $stride = $ENV{STRIDE} || 1;
my @setups = SG::Smuggling::setups();
SG::Smuggling::toys($stride * ($_->{header} ? HEADER : 1), $_) for @setups;
SKIP: {
    skip 'needs root, for the real MTAs', 1 if $> != 0;
    my @two = @setups[1, 2];    # with a header, and rejecting
    SG::Smuggling::postfix($_, $stride * REAL, @two) for qw(no normalize);
    SG::Smuggling::exim($stride * REAL, @two);
}
done_testing;
