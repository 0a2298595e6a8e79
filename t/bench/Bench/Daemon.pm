# Our daemon as the tests start it, but for its log, which grows with every session:
# when something goes wrong, the end of it is what is shown.
package Bench::Daemon;
use v5.36;
use SG;
use parent -norequire, 'SG::Daemon';

use constant SHOWN => 4000;

sub log ($self) {
    open(my $in, '<:raw', "$self->{dir}/log") or return '';
    my $skipped = (-s $in) - SHOWN;
    seek $in, $skipped, 0 if $skipped > 0;
    local $/;
    return readline($in) // '';
}

1;
