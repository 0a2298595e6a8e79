# Runs the unit tests of options.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
