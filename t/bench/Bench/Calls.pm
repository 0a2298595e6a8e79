# System calls, counted by strace while a load runs.
package Bench::Calls;
use v5.36;
use Bench::Load;
use Bench::Process qw(settled_cpu tree);
use POSIX ();
use SG;

sub _slurp ($path) {
    open my $in, '<', $path or return '';
    local $/;
    return readline($in) // '';
}

# Why it cannot be had here; '' if it can.
sub hindrance () {
    my $said = `strace -c true 2>&1`;
    return $? == 0 ? '' : 'strace does not work here: ' . ($said || $!);
}

sub _attach (@pids) {
    my $dir = SG::tempdir();
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDERR, '>', "$dir/said";
        exec 'strace', '-f', '-c', '-U', 'calls,name', '-o', "$dir/table", map { ('-p', $_) } @pids
            or POSIX::_exit(127);
    }
    SG::wait_for { my $n = () = _slurp("$dir/said") =~ /attached/g; $n >= @pids } 10, 'strace';
    return ($pid, "$dir/table");
}

# Name => how often, of all these processes, while the code runs.
sub counted ($pids, $code) {
    my ($strace, $table) = _attach(@$pids);
    $code->();
    settled_cpu(@$pids);
    kill INT => $strace;
    waitpid $strace, 0;
    my %calls = reverse _slurp($table) =~ /^\s*(\d+)\s+(\w+)$/mg;
    delete $calls{total};
    return \%calls;
}

# The same for a load through a contender, per session.
sub per_session ($contender, $load) {
    my $calls = counted([ tree(@{ $contender->{own} }) ], sub { Bench::Load::run($contender, $load) });
    return { map { $_ => $calls->{$_} / $load->{sessions} } keys %$calls };
}

1;
