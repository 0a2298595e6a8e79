# Runs the unit tests of log.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
