# Runs the unit tests of spamd_answer.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
