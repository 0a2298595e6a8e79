# Runs the unit tests of dialogue_write.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
