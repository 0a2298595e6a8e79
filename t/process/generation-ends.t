# A client that never leaves must not keep a keeper, a worker and what its plugins have
# loaded for each reload.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d, $mta) = relay(core => { timeout_generation => '300ms' });
my @held;
for my $number (2 .. 4) {
    push @held, SG::Client->connect($d->port)->hello;
    $d->hup;
    $d->wait_log(qr/generation $number serves/);
}
like $_->reply, qr/^421 /, 'a session of an old generation is told to come again' for @held;
SG::wait_for { $d->keeper_pids == 1 } 10, 'the old keepers to end';
is scalar(() = $d->worker_pids), 1, 'of all generations the last one is left';
like(SG::Client->connect($d->port)->hello->quit, qr/^221/, 'it serves');
done_testing;
