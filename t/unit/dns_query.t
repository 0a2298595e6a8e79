# Runs the unit tests of dns_query.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
