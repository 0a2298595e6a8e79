# Runs the unit tests of upload.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
