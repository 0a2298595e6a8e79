# Runs the unit tests of address.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
