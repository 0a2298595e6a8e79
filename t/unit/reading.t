# Runs the unit tests of reading.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
