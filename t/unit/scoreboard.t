# Runs the unit tests of scoreboard.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
