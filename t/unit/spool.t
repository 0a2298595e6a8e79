# Runs the unit tests of spool.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
