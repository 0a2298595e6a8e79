# Runs the unit tests of record.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
