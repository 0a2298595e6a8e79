# Runs the unit tests of offload.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
