# Runs the unit tests of conn_broken.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
