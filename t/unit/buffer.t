# Runs the unit tests of buffer.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
