# Runs the unit tests of statefile.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
