# Both have ended, and the server has not taken all yet: it came in one read with the
# client's end, and was more than the way to the server had room for.  For that the kernel
# must keep little, which can be asked for in a network of one's own only.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
SG::need(qw(unshare ip));
if (!$ENV{SG_OWN_NETWORK}) {
    plan(skip_all => 'needs a network namespace') if system('unshare -n true 2>/dev/null') != 0;
    $ENV{SG_OWN_NETWORK} = 1;
    exec 'unshare', '-n', $^X, $0;
}
system('ip link set lo up') == 0 or die 'no loopback';
open(my $most, '>', '/proc/sys/net/ipv4/tcp_wmem') or die "tcp_wmem: $!";
print {$most} "4096 4096 4096\n";
close $most or die "tcp_wmem: $!";

SG::dialogue 'In the tunnel a slow server gets to the last byte what the client said.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { with => ['STARTTLS'], tunnel => 'silent' });
    $c->hello->cmd('STARTTLS');
    $c->send_raw("\x16\x03");
    SG::wait_for { length $mta->session->{tunnel} } 10, 'the tunnel';
    $mta->hold('READ');
    $mta->hangup('shut');
    is $c->closed, 'eof', 'the server ends, and does not read';
    my ($worker) = $d->worker_pids;
    CORE::kill('STOP', $worker);
    SG::wait_for { proc_status($worker)->{State} =~ /^T/ } 10, 'the worker to stop';
    $c->send_raw('x' x 60_000);
    $c->shut;
    CORE::kill('CONT', $worker);
    $mta->release('READ');
    $mta->wait_end;
    is length($mta->session->{tunnel}), 60_002, 'all of it arrives';
    is $mta->session->{end}, 'peer eof', 'and the end behind it';
}, only => ['whole'];
