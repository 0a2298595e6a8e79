# Runs the unit tests of chain.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
