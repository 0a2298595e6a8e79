# Runs the unit tests of dot.c here, for processors without long vectors.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
