# Runs the unit tests of turns.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
