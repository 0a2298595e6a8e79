# Runs the unit tests of blocking.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
