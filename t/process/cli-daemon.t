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
like $d->log, qr/generation 2 serves/, 'when the new configuration serves';
is $out . $err, '', 'and says nothing';
for my $break ('colour = blue', "set_user = 'nobody-of-that-name'") {
    open(my $out, '>>', $conf);
    say {$out} $break;
    close $out;
    ($status, undef, $err) = command('-r', $conf);
    is $status, 2, "-r fails with $break";
    like $err, qr/option '(?:colour|set_user)'/, 'and says why';
    $d->configure;
}
SG::Conf::write_file($d->dir . '/conf.d/20-no-such-plugin.conf', '');
($status, undef, $err) = command('-r', $conf);
is $status, 2, '-r fails where a plugin is missing';
like $err, qr/no-such-plugin\.so\) does not exist.*the new configuration is not used/s, 'and says why';
$d->configure;
($status, undef, $err) = command('-r', $conf);
is "$status $err", '0 ', '-r succeeds again';
like $c->cmd('NOOP'), qr/^250/, 'a session lives through it';

($status) = command('-K', $conf);
is $status, 0, '-K succeeds';
$d->wait_log(qr/stopping, 1 sessions finish/);
like $c->quit, qr/^221/, 'a session can finish';
is $d->wait_exit, 0, 'and then the daemon ends';
ok !-e $d->dir . '/pid.reload', 'and leaves no answer behind';
is +(command('-r', $conf))[0], 1, '-r fails when none runs';
done_testing;
