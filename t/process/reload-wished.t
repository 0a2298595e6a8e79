# A plugin may ask for a reload; asking a thousand times is asking once, and no more than once
# in a while is heeded.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

local %ENV = (%ENV, SG_WISH_MS => 3_600_000);
my ($d) = relay(core => { workers => 2 }, plugins => [ '20-counter' => {} ],
    extra_plugins => [ SG::build_dir() . '/t/process/.libs/counter.so' ]);
my $old = SG::Client->connect($d->port)->hello('a.test');
SG::Client->connect($d->port)->hello('wish');
$d->wait_log(qr/generation 2 serves/);
pass 'the daemon reloads';
like $d->log, qr/RELOAD:ASKED reason=told to, plugin=20-counter$/m, 'and says who asked';
like $old->cmd('NOOP'), qr/^250/, 'a session of before goes on';

SG::Client->connect($d->port)->hello('wish');
SG::wait_for { (() = $d->log =~ /RELOAD:ASKED/g) >= 2 } 10, 'the second wish';
$d->hup;
is scalar(() = $d->log =~ /generation \d+ serves/g), 3, 'the administrator is not held back by that';
SG::Client->connect($d->port)->hello('wish');
SG::wait_for { (() = $d->log =~ /RELOAD:ASKED/g) >= 3 } 10, 'the third wish';
sleep 5;    # the keeper looks every two seconds
is scalar(() = $d->log =~ /generation \d+ starts/g), 3, 'for plugins there is not another one within the pause';
is $d->stop, 0, 'and all of that ends';
done_testing;
