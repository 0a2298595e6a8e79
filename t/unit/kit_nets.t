# Runs the unit tests of kit_nets.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
