# Runs the unit tests of obituary.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
