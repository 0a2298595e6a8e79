# A plugin that makes a system call which is not on the list ends its worker, and
# the log names the call and who made it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;
use SG::Sandbox;

my $d = prisoner({});
need_sandbox($d);
my %calls = (
    exec => 'execve', fork => 'clone', ptrace => 'ptrace', signal => 'kill', packet => 'socket',
    system => 'clone', popen => 'clone', spawn => 'clone', quiet => 'clone', sctp => 'socket', seqpacket => 'socket', deputy => 'fcntl', peek => 'process_vm_readv');
for my $act (sort keys %calls) {
    is attempt($d, { do => $act, path => '/bin/true' }), '', "$act: the session ends";
    my ($session) = (reverse $d->log =~ /\[(\d+)\]: NEW /g);
    my ($pid) = $d->wait_log(qr/SANDBOX:VIOLATION pid=(\d+), call=$calls{$act}, number=\d+, hook=mail, plugin=50-prisoner, session=$session$/m);
    ok $d->wait_log(qr/CRASH pid=$pid, why=sandbox, signal=SYS, .*hook=mail, plugin=50-prisoner, .*lost=1$/m), "the log names $calls{$act} and the plugin";
}
like attempt($d, { do => 'datagram' }), qr/^550 .*done/, 'a socket for datagrams is there';
like attempt($d, { do => $_ }), qr/^550 .*not implemented/, "$_ is said not to be there" for qw(clone3 ring);
like attempt($d, { do => 'netlink' }), qr/^550 .*Address family not supported/, 'netlink is said not to be there';
for my $act (qw(exec fork quiet system popen spawn)) {
    my $seen = length $d->log;
    is attempt($d, { do => $act, path => '/bin/true', at => 'work' }), '', "$act on a thread: the session ends";
    my $call = $calls{$act};
    my $said = qr/SANDBOX:VIOLATION pid=\d+, call=$call, number=\d+, hook=work, plugin=50-prisoner.*why=sandbox/s;
    ok eval { SG::wait_for { substr($d->log, $seen) =~ $said } }, 'and the plugin named';
}
{
    my $seen = length $d->log;
    is attempt($d, { do => 'hush', at => 'mail' }), '', 'a call that nobody hears of: the session ends';
    ok eval { SG::wait_for { substr($d->log, $seen) =~ /SANDBOX:VIOLATION .*hook=mail, plugin=50-prisoner/ } },
        'and what a worker before noted of its threads is not held against this one';
}
for my $case ([ mail => 'system' ], [ work => 'system' ], [ mail => 'quiet' ], [ work => 'quiet' ]) {
    my ($at, $act) = @$case;
    my $seen = length $d->log;
    $d->configure(plugins => [ @{ $d->{plugins} }[ 0, 1 ], '50-prisoner' => { do => $act, path => 'true', at => $at } ]);
    $d->hup;
    for (1 .. 3) {
        eval { my $c = SG::Client->connect($d->port)->hello; $c->cmd('MAIL FROM:<a@client.test>'); $c->closed };
    }
    ok eval { SG::wait_for { substr($d->log, $seen) =~ /QUARANTINE plugin=50-prisoner/ } }, "$act three times in $at: quarantine";
}

$d->configure(plugins => [ @{ $d->{plugins} }[ 0, 1 ], '50-prisoner' => { do => 'exec', path => '/bin/true', at => 'start' } ]);
$d->hup(wait => 0);
$d->wait_log(qr/ended before it served \(signal 31\)/);
ok $d->wait_log(qr/SANDBOX:VIOLATION .*call=execve, .*hook=start, plugin=50-prisoner/), 'start is confined, too: the reload does not happen';
done_testing;
