# Runs the unit tests of complaint.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
