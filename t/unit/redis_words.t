# Runs the unit tests of expiring.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
