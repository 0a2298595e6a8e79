# Runs the unit tests of kept.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
