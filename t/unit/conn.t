# Runs the unit tests of conn.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
