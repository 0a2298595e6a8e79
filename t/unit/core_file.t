# Runs the unit tests of core_file.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
