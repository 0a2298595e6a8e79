# Runs the unit tests of nets.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
