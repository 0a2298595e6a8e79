# Runs the unit tests of import.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
