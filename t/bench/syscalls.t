# What a session of one mail costs in system calls, exactly: they are what a relay's
# cost consists of, and unlike times they are the same on every machine.  Whoever
# saves one lowers the number here; whoever needs one more says why.
#
# Some do not depend on the dialogue alone.  One epoll_wait() tells of many sessions, or
# of one, and a write() takes the log lines of that turn of the loop; each has a bound
# instead.
use v5.36;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../lib";
use Test::More;
use Bench::Calls;
use Bench::Contenders;
use Bench::Load;
use List::Util qw(sum0);
use SG;

SG::need('strace');
plan skip_all => 'sanitizers make system calls of their own' if $ENV{SG_SANITIZED};
my $hindrance = Bench::Calls::hindrance();
plan skip_all => $hindrance if $hindrance;

use constant SESSIONS => 60;

# Each side speaks six or seven times (EHLO, MAIL, RCPT, DATA, the message, QUIT; the
# banner and a reply to each) and the client's end is read, too: 14 to read.  13 go on,
# the message with sendmsg(), because it may consist of pieces.
my %relay = (
    accept4 => 1, socket => 1, connect => 1, setsockopt => 1, epoll_ctl => 2,
    recvfrom => 14, sendto => 12, sendmsg => 1, close => 2,
);
my %pipelined = (%relay, recvfrom => 10, sendto => 8);
# An event for what is read, for the new client and for the connected server; NEW and CLOSE.
my %bounds = (epoll_wait => 16, write => 2);

my $sink = Bench::Load::sink();

# The calls of a worker for these sessions, counted after it has served some.
sub calls ($contender, %load) {
    my %plan = (sessions => SESSIONS, parallel => 20, mails => 1, size => 4096, dialogue => 'mail', %load);
    my ($worker) = $contender->{daemon}->worker_pids;
    my $before = descriptors($worker);
    my $code = sub {
        Bench::Load::run($contender, \%plan);
        SG::wait_for { descriptors($worker) <= $before } 10, 'the end of the sessions';
    };
    $code->();
    return Bench::Calls::counted([$worker], $code);
}

# A client is gone before the worker has closed its session.
sub descriptors ($pid) { return scalar(() = glob "/proc/$pid/fd/*") }

sub holds ($title, $calls, %exact) {
    my %seen = %$calls;
    my %bounded = map { $_ => delete($seen{$_}) // 0 } keys %bounds;
    delete $seen{restart_syscall};    # it was waiting when strace came
    is_deeply \%seen, { map { $_ => $exact{$_} * SESSIONS } keys %exact }, $title;
    cmp_ok $bounded{$_}, '<=', $bounds{$_} * SESSIONS, "and no more $_ than there is cause for" for sort keys %bounds;
    note sprintf '%.1f a session', sum0(values %$calls) / SESSIONS;
    return;
}

my $relay = Bench::Contenders::start('relay', $sink);
holds 'A session of one mail takes 35 system calls beside waiting and logging.', calls($relay), %relay;
holds 'Pipelined, it takes fewer.', calls($relay, pipelined => 1), %pipelined;
done_testing;
