# Each NAME.t here requires this file: it runs the program built from NAME.c, which
# speaks TAP itself.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;

my ($name) = $0 =~ m{([^/]+)\.t$};
my $program = SG::build_dir() . "/t/unit/$name";
if (!-x $program) {
    print "1..0 # SKIP $program is not built: cmocka is missing, or `make check` was not run\n";
    exit 0;
}
$ENV{CMOCKA_MESSAGE_OUTPUT} = 'TAP';
exec $program or die "$program: $!";
