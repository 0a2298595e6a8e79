# Runs the unit tests of dial.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
