# Runs the unit tests of line.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
