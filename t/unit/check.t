# Runs the unit tests of check.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
