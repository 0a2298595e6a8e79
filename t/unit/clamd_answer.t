# Runs the unit tests of clamd_answer.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
