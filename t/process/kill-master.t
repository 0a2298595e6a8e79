# kill -9 of the master: sessions finish, then all are gone, and another may start.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d, $mta) = relay(core => { workers => 2 });
my @family = $d->session_pids;
my $c = SG::Client->connect($d->port)->hello;
$d->{may_fail} = 1;
$d->kill;
$d->wait_exit;
like $c->mail("Subject: x\r\n\r\ntext\r\n"), qr/^250/, 'an open session delivers its message';

my $e = SG::Daemon->start(core => { %{ $d->{core} // {} }, port => $d->port, pidfile => $d->dir . '/pid' },
    plugins => $d->{plugins});
like SG::Client->connect($d->port)->hello->quit, qr/^221/, 'a new daemon serves on the same port meanwhile';
like $c->quit, qr/^221/, 'the old session ends';
gone(@family);
pass 'with it all that is left of the old daemon';
is scalar($mta->messages), 1, 'the message came';
done_testing;
