# Runs the unit tests of command.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
