# TERM: no new sessions, the old ones finish, then the daemon ends.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d, $mta) = relay(core => { workers => 2 });
my $c = SG::Client->connect($d->port)->hello;
$d->term;
$d->wait_log(qr/stopping, 1 sessions finish/);
SG::wait_for { !IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $d->port) } 10, 'refusal';
pass 'new connections are refused';
ok !-e $d->dir . '/pid', 'the pidfile is gone';
like $c->mail("Subject: x\r\n\r\ntext\r\n"), qr/^250/, 'an open session delivers its message';
ok !$d->ended, 'the daemon waits for it';
like $c->quit, qr/^221/, 'until it ends';
is $d->wait_exit, 0, 'then the daemon exits with 0';
like $d->log, qr{uptime=0d0h\d+m\d+s maxchildren=\d+ crash=0\@0 bugs=0\@0 found=0/0/0/0 requests=\d+/0/\d+ rejects=0/0/0/0/0/0/0/0$}m,
    'with 1.4\'s last line in the log';
is scalar($mta->messages), 1, 'the message is there';
done_testing;
