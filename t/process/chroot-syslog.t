# With chroot_path, too, a syslog daemon that is started anew gets the lines again.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;
use IO::Socket::UNIX;
use Socket ();

SG::need_root();
SG::need('unshare', 'mount');
my $dir = SG::tempdir();
my $jail = SG::tempdir();
mkdir "$_/spool" for $jail;
chmod 0777, "$jail/spool";

sub listener () {
    unlink "$dir/dev-log";
    my $s = IO::Socket::UNIX->new(Type => Socket::SOCK_DGRAM(), Local => "$dir/dev-log") or die "$!";
    chmod 0666, "$dir/dev-log";
    $s->sockopt(Socket::SO_RCVBUF(), 4 << 20);
    $s->blocking(0);
    return $s;
}

sub heard ($socket, $what) {
    my ($all, $text) = ('');
    return eval {
        SG::wait_for {
            $all .= "$text\n" while defined $socket->recv($text, 65536) && length $text;
            $all =~ $what
        } 10, "$what";
    };
}

# A /dev of our own, where log is a link out of it, as Debian's is.
SG::Conf::write_file("$dir/start", <<"END");
mount -t tmpfs none /mnt && touch /mnt/null && mount --bind /dev/null /mnt/null && mknod /mnt/zero c 1 5 &&
mount --bind /mnt /dev && ln -s $dir/dev-log /dev/log && exec "\$@"
END
my $mta = SG::MTA->start;    # before there is a socket that it could hold
my $first = listener();
my $d = SG::Daemon->start(
    plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ],
    core => { chroot_path => $jail, set_user => 'nobody', spool_path => '/spool', log_target => 'syslog', workers => 1 },
    env  => { asan('detect_leaks=0') }, wrap => [ 'unshare', '-m', 'sh', "$dir/start" ]);
SG::Client->connect($d->port)->hello->quit;
ok heard($first, qr/\]: CLOSE/), 'the log has lines from inside';
for my $round (1, 2) {
    my $open = SG::Client->connect($d->port)->hello;
    close $first;
    unlink "$dir/dev-log";
    like $open->cmd('NOOP'), qr/^250/, 'without a syslog daemon sessions go on';
    SG::Client->connect($d->port)->hello->quit;
    $first = listener();
    SG::Client->connect($d->port)->hello->quit;
    ok heard($first, qr/CLOSE by=/), "restart $round: a session's lines come to the new one";
    is readlink("/proc/$_/cwd"), $jail, 'and its worker stands inside as before' for $d->worker_pids;
    $open->quit;
}
my ($worker) = $d->worker_pids;
CORE::kill('KILL', $worker);
ok heard($first, qr/CRASH/), 'the keeper\'s lines as well';
done_testing;
