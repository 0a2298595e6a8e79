# Runs the unit tests of confd.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
