# kill -9 of a worker costs its sessions only, is named in the log, and repaired.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 2 });
my %of;    # worker => its clients
while (keys %of < 2) {
    my $before = $d->status;
    my $c = SG::Client->connect($d->port)->hello;
    # /proc/net/tcp may miss an entry while others come and go
    my @held;
    SG::wait_for { @held = grep { holds_port($_, $c->port) } $d->worker_pids } 10, 'its worker';
    push @{ $of{$held[0]} }, $c;
}

# Which worker has the client's connection: by the inode of its socket.
sub holds_port ($pid, $port) {
    my $hex = sprintf ':%04X', $port;
    my ($inode) = map { (split)[9] } grep { (split)[2] =~ /$hex$/ } split /\n/, slurp('/proc/net/tcp');
    return grep { (readlink($_) // '') eq "socket:[$inode]" } glob "/proc/$pid/fd/*";
}

my ($victim, $other) = sort keys %of;
my $lost = @{ $of{$victim} };
CORE::kill('KILL', $victim);
ok $_->closed, 'a session of the killed worker ends' for @{ $of{$victim} };
my ($line) = $d->wait_log(qr/^(.*CRASH pid=$victim.*)$/m);
like $line, qr/why=signal, signal=KILL, exit=0, hook=none, plugin=none, session=0, lost=$lost$/,
    'the log says how it ended and what it cost';
like $_->cmd('NOOP'), qr/^250/, 'a session of the other worker notices nothing' for @{ $of{$other} };

SG::wait_for { (() = $d->worker_pids) == 2 } 10, 'a new worker';
pass 'it is replaced';
my $kept = @{ $of{$other} };
like $d->status, qr/^Children: $kept\/\d+\/1\/0/m, 'the statefile counts the crash, and only living sessions';
my @new = map { SG::Client->connect($d->port) } 1 .. 20;
is scalar(grep { $_->banner =~ /^220/ } @new), 20, 'all who come are served';
done_testing;
