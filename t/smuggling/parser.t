# Every look-alike of the end of data, cut everywhere, through the parser alone, and
# read by MTAs of every carelessness: see parser.c here.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Smuggling;

my $program = SG::Smuggling::program('parser');
SG::need($program);
exec $program or die "$program: $!";
