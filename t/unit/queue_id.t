# Runs the unit tests of queue_id.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
