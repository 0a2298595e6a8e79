# Runs the unit tests of timer.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
