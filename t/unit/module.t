# Runs the unit tests of module.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
