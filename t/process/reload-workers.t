# Fewer workers take over the sockets of those that are no more.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 4 });
is scalar(() = $d->worker_pids), 4, 'four workers';
my @before = $d->session_pids;
$d->configure(core => { workers => 1 });
$d->hup;
gone(@before);
is scalar(() = $d->worker_pids), 1, 'one worker';
my @clients = map { SG::Client->connect($d->port) } 1 .. 40;
is scalar(grep { $_->banner =~ /^220/ } @clients), 40, 'it serves every client, whichever socket the kernel chose';
$_->close for @clients;
$d->configure(core => { workers => 6 });
$d->hup;
is scalar(() = SG::wait_for { my @w = $d->worker_pids; @w == 6 } 10, 'six workers'), 1, 'six workers';
@clients = map { SG::Client->connect($d->port) } 1 .. 40;
is scalar(grep { $_->banner =~ /^220/ } @clients), 40, 'they serve every client';
done_testing;
