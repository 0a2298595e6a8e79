# Runs the unit tests of dialogue.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
