# Runs the unit tests of dot.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
