# Runs the unit tests of bdat.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
