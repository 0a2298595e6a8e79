# Runs the unit tests of span.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
