# The process the script runs in, and what it may do to ours.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Action;

my $verdict = SG::build_dir() . '/t/dialogue/.libs/verdict.so';

# 32 and 33 are glibc's own: nobody can set them by its functions, and posix_spawn(3)
# ignores them for a child.  So it is below make, which starts its children so.
my $LIBC_SIGNALS = 3 << 31;

sub relay ($script, %opt) {
    my $mta = SG::MTA->start;
    return SG::Daemon->start(
        extra_plugins => [$verdict],
        plugins       => [
            '10-nat-fixed'     => { server => '127.0.0.1', port => $mta->port },
            '50-verdict'       => { mail => 'reject if evil', event => 'virus' },
            '80-action-script' => $script,
        ],
        %opt);
}

sub greet ($daemon) { return SG::Client->connect($daemon->port)->hello }

sub find ($c) {
    like $c->cmd('MAIL FROM:<evil@client.test>'), qr/^550 /, 'a find';
    return;
}

sub wait_lines ($daemon, $line, $n) {
    return SG::wait_for { my $found = () = $daemon->log =~ /$line/g; $found >= $n } 10, "$n times $line";
}

# Shell that waits until the test says so, or, if it never does, not for long.
sub until_told ($file) { return "n=0; while [ ! -e '$file' ] && [ \$n -lt 300 ]; do sleep 0.1; n=\$((n + 1)); done" }

subtest 'It inherits nothing but the environment, the user and the root.' => sub {
    my $action = SG::Action->new(<<'END');
cat /proc/$$/limits
# Without a child: fork() of some C libraries blocks all signals while it runs.
while read -r line; do case $line in Sig[BI][lg]*) echo "$line" ;; esac; done </proc/$$/status
echo "session $(cut -d' ' -f6 /proc/$$/stat) $$"
ls -l /proc/$$/fd
END
    my $daemon = relay({ command => $action->command },
        core => { limit_fsize => 50_000_000, limit_core_size => 4096 });
    find(greet($daemon));
    my $call = $action->wait_calls;
    my $said = $call->{more};
    for my $limit ('Max core file size', 'Max file size', 'Max data size', 'Max address space') {
        my ($soft, $hard) = $said =~ /^\Q$limit\E\s+(\S+)\s+(\S+)/m;
        is $soft, $hard, "$limit is lifted";
    }
    my ($worker) = $daemon->worker_pids;
    open(my $limits, '<', "/proc/$worker/limits") or die $!;
    like join('', <$limits>), qr/^Max file size\s+50000000\s/m, 'while the worker has its own';
    like $said, qr/^SigBlk:\s*0+$/m, 'no signal is blocked';
    my ($ignored) = $said =~ /^SigIgn:\s*([[:xdigit:]]+)$/m;
    is hex($ignored) & ~$LIBC_SIGNALS, 0, 'or ignored';
    like $said, qr/^session $call->{pid} $call->{pid}$/m, 'the session is its own';
    # The shell's own: its script, and what it has moved away for the redirection.
    my %fds = $said =~ / (\d+) -> (\S+)$/mg;
    my @foreign = grep { !m{^/dev/null$|/record\.\d+\.more$|/script$} } values %fds;
    is "@foreign", '', 'no descriptor is left of ours';
    is $fds{0}, '/dev/null', 'input is /dev/null';
    SG::finish();
};

subtest 'A script that takes its time stops nobody, and is reaped.' => sub {
    my $file = SG::tempdir() . '/go';
    my $action = SG::Action->new(until_told($file));
    my $daemon = relay({ command => $action->command });
    my $c = greet($daemon);
    find($c);
    my $pid = $daemon->wait_log(qr/ACTION:STARTED .*pid=(\d+)/);
    like $c->mail("Subject: x\r\n\r\nhello\r\n"), qr/^250 /, 'the session goes on';
    like greet($daemon)->cmd('NOOP'), qr/^250 /, 'others, too';
    ok -e "/proc/$pid", 'while it runs';
    SG::Conf::write_file($file, '');
    $daemon->wait_log(qr/ACTION:ENDED .*pid=$pid, exit=0, plugin=\d+-action-script$/m);
    ok !-e "/proc/$pid", 'when it has ended, nothing is left of it';
    SG::finish();
};

subtest 'How it ended is said.' => sub {
    my %expected = ('exit 3' => qr/pid=\d+, exit=3, plugin=\d+-action-script$/m, 'kill -9 $$' => qr/pid=\d+, signal=9, plugin=\d+-action-script$/m);
    for my $end (sort keys %expected) {
        my $action = SG::Action->new($end);
        my $daemon = relay({ command => $action->command });
        find(greet($daemon));
        ok $daemon->wait_log(qr/ACTION:ENDED command=\S+, $expected{$end}/), $end;
        SG::finish();
    }
};

subtest 'So many at once, and no more.' => sub {
    my $file = SG::tempdir() . '/go';
    my $action = SG::Action->new(until_told($file));
    my $daemon = relay({ command => $action->command, parallel => 2 });
    my $c = greet($daemon);
    find($c) for 1 .. 3;
    $daemon->wait_log(qr/ACTION:DROPPED command=\S+, found=VIRUS, running=2$/m);
    SG::Conf::write_file($file, '');
    is scalar(() = $action->wait_calls(2)), 2, 'two have run';
    wait_lines($daemon, qr/ACTION:ENDED /, 2);
    find($c);
    ok $action->wait_calls, 'and then there is room again';
    SG::finish();
};

subtest 'One that cannot be run is remarked, and harms nothing.' => sub {
    my $dir = SG::tempdir();
    SG::Conf::write_file("$dir/plain", "#!/bin/sh\n");
    SG::Conf::write_file("$dir/lost", "#!$dir/none\n");
    chmod 0755, "$dir/lost";
    my %expected = (none => 'No such file or directory', plain => 'Permission denied',
        lost => 'No such file or directory');
    for my $name (sort keys %expected) {
        my $daemon = relay({ command => "$dir/$name", parallel => 1 });
        my $line = qr/ACTION:FAILED command=\Q$dir\E\/$name, error=$expected{$name}, plugin=\d+-action-script\n/;
        my $before = $name eq 'lost' ? 0 : 1;
        ok wait_lines($daemon, $line, 1), 'at the start' if $before;
        my $c = greet($daemon);
        for my $n (1 .. 3) {
            find($c);
            ok wait_lines($daemon, $line, $before + $n), "each time: $name";
        }
        like $c->mail("Subject: x\r\n\r\nhello\r\n"), qr/^250 /, 'mail is relayed';
        SG::finish();
        unlike $daemon->log, qr/ACTION:(?:STARTED|DROPPED)/, 'what did not start is not counted as running';
    }
};

subtest 'The daemon does not wait for it, nor takes it along.' => sub {
    my $file = SG::tempdir() . '/go';
    my $action = SG::Action->new(until_told($file));
    my $daemon = relay({ command => $action->command });
    find(greet($daemon));
    $daemon->wait_log(qr/ACTION:STARTED/);
    SG::Client->finish_all;
    $daemon->term;
    is $daemon->wait_exit, 0, 'the daemon is gone';
    SG::Conf::write_file($file, '');
    ok $action->wait_calls, 'the script comes to its end';
    SG::finish();
};

# A child that is about to become the script has our descriptors, and may not keep
# what the loop closes meanwhile.
subtest 'Sessions end while scripts begin.' => sub {
    my $daemon = relay({ command => '/bin/true', parallel => 1000 });
    for (1 .. 40) {
        my @clients = map { greet($daemon) } 1 .. 3;
        $_->send_line('MAIL FROM:<evil@client.test>', 'QUIT') for @clients;
        $_->reset for @clients;
    }
    like greet($daemon)->cmd('NOOP'), qr/^250 /, 'others go on';
    SG::finish();
    unlike $daemon->log, qr/CRASH/, 'in the same worker';
};

subtest 'Many finds, many short scripts, and none is lost.' => sub {
    my $daemon = relay({ command => '/bin/true', parallel => 1000 });
    my $c = greet($daemon);
    $c->pipeline('MAIL FROM:<evil@client.test>', 'RSET') for 1 .. 100;
    ok wait_lines($daemon, qr/ACTION:ENDED command=\/bin\/true, pid=\d+, exit=0, plugin=\d+-action-script\n/, 100), 'all have ended';
    my ($worker) = $daemon->worker_pids;
    open(my $children, '<', "/proc/$worker/task/$worker/children") or die $!;
    is join('', <$children>), '', 'and are buried';
    SG::finish();
};

done_testing;
