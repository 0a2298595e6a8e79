# In 1.4 the alarm of the lookup was never cleared with XCLIENT: the session
# died after timeout_lookup.  Here no deadline of the handover outlives it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session begun with XCLIENT outlives timeout_connect.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['XCLIENT NAME ADDR'] },
        core => { timeout_connect => '500ms' }, fixed => { xclient => 'yes' });
    $c->hello;
    my $end = time + 2;
    SG::wait_for { $c->cmd('NOOP') =~ /^250/ or die 'the session died'; time > $end } 5, 'two seconds';
    like $c->mail("x\r\n"), qr/^250/, 'it still takes mail';
}, only => ['whole'];
