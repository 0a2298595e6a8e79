# A configuration that does not come to serve is given up; the old one stays.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(extra_plugins => [ SG::build_dir() . '/t/process/.libs/unruly.so' ],
    env => { SG_START_MS => 4000 * SG::patience() });
my @before = $d->session_pids;
my $c = SG::Client->connect($d->port)->hello;
my $hanging = SG::Conf::write_file($d->dir . '/conf.d/20-unruly.conf', 'how = "hang"');
$d->hup;
my ($hung) = $d->log =~ /generation 2 starts, keeper (\d+)$/m;
like $d->log, qr/: the new configuration does not serve after \d+ s: a plugin hangs$/m, 'the log says why';
like $d->log, qr/the new configuration is not used, generation 1 stays$/m, 'and what comes of it';
gone($hung);
pass 'the keeper that hung is ended';
is_deeply [ sort $d->session_pids ], [ sort @before ], 'the processes are as before';
like $c->cmd('NOOP'), qr/^250/, 'a session goes on';
like SG::Client->connect($d->port)->hello->quit, qr/^221/, 'and another begins';

unlink $hanging;
$d->hup;
like $d->log, qr/generation 3 serves/, 'the next reload is as any';
done_testing;
