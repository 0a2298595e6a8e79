# Runs the unit tests of regexes.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
