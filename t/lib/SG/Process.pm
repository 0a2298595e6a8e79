# What the process tests share: the daemon before a toy MTA, its command line run
# to its end, and what /proc says.
package SG::Process;
use v5.36;
use Exporter 'import';
use SG;

our @EXPORT = qw(asan not_left_behind relay command alive proc_status gone slurp children_of clients_of);

# The environment that tells a sanitizer what a test does on purpose.
sub asan (@options) { return (ASAN_OPTIONS => join ':', $ENV{ASAN_OPTIONS} // (), @options) }

# Whatever becomes of the test, the daemon of this pidfile does not outlive it.
my @pidfiles;
sub not_left_behind ($pidfile) { push @pidfiles, $pidfile; return }

END {
    my $status = $?;
    for (map { slurp($_) } @pidfiles) {
        my ($pid) = /^(\d+)$/ or next;
        CORE::kill('INT', $pid) if slurp("/proc/$pid/cmdline") =~ /smtp-gated/;
    }
    $? = $status;
}

# A daemon that relays to a toy MTA, and the MTA.
sub relay (%opt) {
    my $mta = SG::MTA->start;
    my @plugins = @{ delete $opt{plugins} // [] };
    my $daemon = SG::Daemon->start(
        %opt, plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port }, @plugins ]);
    return ($daemon, $mta);
}

sub slurp ($path) {
    open(my $in, '<:raw', $path) or return '';
    local $/;
    return <$in> // '';
}

# Runs smtp-gated; its exit status, output and errors.
sub command (@arguments) {
    my $dir = SG::tempdir();
    my $pid = fork() // die "fork: $!";
    if ($pid == 0) {
        open(STDIN,  '<', '/dev/null');
        open(STDOUT, '>', "$dir/out");
        open(STDERR, '>', "$dir/err");
        my $program = SG::build_dir() . '/smtp-gated';
        exec {$program} $program, @arguments or POSIX::_exit(127);
    }
    SG::wait_for { waitpid($pid, POSIX::WNOHANG()) == $pid } 20, "smtp-gated @arguments";
    return ($? & 127 ? "signal " . ($? & 127) : $? >> 8, slurp("$dir/out"), slurp("$dir/err"));
}

# /proc/PID/status as a hash.
sub proc_status ($pid) {
    return { slurp("/proc/$pid/status") =~ /^(\w+):\s*(.*?)$/mg };
}

# A zombie does not live.
sub alive ($pid) { return (proc_status($pid)->{State} // 'Z') !~ /^Z/ }

# Waits until none of them lives.
sub gone (@pids) {
    return SG::wait_for { !grep { alive($_) } @pids } 15, "the end of @pids";
}

# The rows of the table of TCP sockets for those at a port: their inodes, and the ports
# of their clients, 0 for a listener.  The table is read while it changes, and may have
# a row twice.
sub _sockets ($port) {
    my $here = sprintf ':%04X', $port;
    my %sockets;
    open(my $in, '<', '/proc/net/tcp') or return;
    while (my $row = <$in>) {
        next if index($row, $here) < 0;
        my (undef, $local, $peer, @rest) = split ' ', $row;
        $sockets{ $rest[6] } = hex $peer =~ s/.*://r if $local =~ /$here$/;
    }
    return %sockets;
}

sub _holds ($pid, $sockets) {
    return grep { exists $sockets->{$_} } map { (readlink($_) // '') =~ /^socket:\[(\d+)\]/ } glob "/proc/$pid/fd/*";
}

# The ports of the clients that a worker serves, ascending.
sub clients_of ($pid, $port) {
    my %sockets = _sockets($port);
    my @ports = sort { $a <=> $b } grep { $_ } map { $sockets{$_} } _holds($pid, \%sockets);
    return @ports;
}

sub children_of ($parent) {
    return grep { (proc_status($_)->{PPid} // 0) == $parent } map { m{(\d+)} } glob '/proc/[0-9]*';
}

1;
