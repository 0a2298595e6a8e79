# Runs the unit tests of told.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
