# Runs the unit tests of dns_config.c here.
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/run.pl";
