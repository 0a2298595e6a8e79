# Runs the unit tests of ehlo.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
