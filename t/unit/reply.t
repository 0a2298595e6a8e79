# Runs the unit tests of reply.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
