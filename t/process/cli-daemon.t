# The switches that speak to the running daemon.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay();
my $conf = $d->conf;

my ($status, $out, $err) = command('-s', $conf);
is $status, 0, '-s succeeds' or diag $err;
like $out, qr/^Version:      \S.*^Children: 0\/0\/0\/0/ms, '-s shows the state';
is slurp($d->dir . '/state'), $out, 'which stands in the statefile';

my $c = SG::Client->connect($d->port);
$c->banner;
($status, $out) = command('-S', $conf);
like $out, qr/^Children: 0\//m, '-S shows the statefile as it is';
($status, $out) = command('-s', $conf);
like $out, qr/^Children: 1\//m, '-s has it made anew';

($status, $out, $err) = command('-r', $conf);
is $status, 0, '-r succeeds';
$d->wait_ready('-r');
$d->wait_log(qr/generation 2 serves/);
like $c->cmd('NOOP'), qr/^250/, 'a session lives through it';

($status) = command('-K', $conf);
is $status, 0, '-K succeeds';
$d->wait_log(qr/stopping, 1 sessions finish/);
like $c->quit, qr/^221/, 'a session can finish';
is $d->wait_exit, 0, 'and then the daemon ends';
done_testing;
