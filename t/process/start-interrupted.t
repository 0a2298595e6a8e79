# TERM, while a configuration is being loaded that does not come to its end.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(extra_plugins => [ SG::build_dir() . '/t/process/.libs/unruly.so' ]);
my $c = SG::Client->connect($d->port)->hello;
SG::Conf::write_file($d->dir . '/conf.d/20-unruly.conf', 'how = "hang"');
$d->hup(wait => 0);
my ($hung) = $d->wait_log(qr/generation 2 starts, keeper (\d+)/);
like SG::Client->connect($d->port)->hello->quit, qr/^221/, 'meanwhile the old generation serves';
ok alive($hung), 'the new one hangs';
$d->term;
gone($hung);
pass 'TERM ends it';
like $c->quit, qr/^221/, 'a session of the old one finishes';
is $d->wait_exit, 0, 'and so does the daemon';
done_testing;
