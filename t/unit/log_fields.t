# Runs the unit tests of log_fields.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
