# Runs the unit tests of slots.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
