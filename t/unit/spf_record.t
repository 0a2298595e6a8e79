# Runs the unit tests of spf_record.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
