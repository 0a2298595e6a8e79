# Runs the unit tests of containment.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
