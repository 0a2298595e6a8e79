# Runs the unit tests of session_number.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
