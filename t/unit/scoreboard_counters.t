# Runs the unit tests of scoreboard_counters.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
