# Runs the unit tests of path.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
