# Runs the unit tests of loop.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
