# A changed address: the new one opens, the old one refuses, its sessions finish.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2 });
my $old_port = $d->port;
my @before = $d->session_pids;
my $old = SG::Client->connect($old_port)->hello;
my $new_port = SG::Port::take();

$d->configure(core => { bind_address => ['127.0.0.2'], port => $new_port });
$d->hup;
like SG::Client->connect($new_port, host => '127.0.0.2')->banner, qr/^220/, 'the new address serves';
SG::wait_for { !IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $old_port) } 10, 'refusal';
pass 'the old address refuses, though an old session is still open';
like $old->cmd('NOOP'), qr/^250/, 'that session goes on';
$old->quit;
gone(@before);

$d->configure(core => { bind_address => ['127.0.0.1'], port => $old_port });
$d->hup;
like SG::Client->connect($old_port)->banner, qr/^220/, 'and the way back works, too';
done_testing;
