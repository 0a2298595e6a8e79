# Memory: of a contender at rest, of sessions that wait after EHLO, and of one
# signature database among several workers.
package Bench::Memory;
use v5.36;
use Bench::Contenders;
use Bench::Daemon;
use Bench::Load;
use Bench::Process qw(private pss settled_cpu tree);
use IPC::Open2;
use List::Util qw(max sum);
use SG;
use SG::Conf;
use SG::Signatures;

# As many descriptors as this user may have, for all that is started from here on.
sub raise_limit () {
    my ($hard) = `prlimit --nofile --output HARD --noheadings` =~ /(\d+)/;
    system('prlimit', '--pid', $$, "--nofile=$hard:$hard") == 0 or warn "the limit of open files stays\n";
    return $hard;
}

# Two descriptors a session, and some to live on.
sub most_sessions ($wanted, $files) {
    my $possible = int(($files - 500) / 2);
    return $wanted < $possible ? $wanted : $possible;
}

# A fresh contender: KiB of its largest process at rest, and KiB (PSS) each session adds.
sub idle ($name, $sink, $sessions) {
    my $contender = Bench::Contenders::start($name, $sink);
    my @pids = tree(@{ $contender->{own} });
    my @rest = map { pss($_) } @pids;
    my $load = { sessions => $sessions, mails => 1, parallel => 100, dialogue => 'idle', addresses => 20 };
    my $pid = open2(my $out, my $in, Bench::Load::command($contender, $load));
    my $line = readline($out) // '';
    my $idle = readline($out) // '';
    my $full = pss(@pids);
    close $in;
    waitpid $pid, 0;
    die "$name: not all $sessions sessions became idle: $line\n" if $idle ne "idle\n" || $?;
    Bench::Contenders::stop($contender);
    return { sessions => $sessions, kib_per_session => ($full - sum(@rest)) / $sessions,
        kib_at_rest => max(@rest), kib_in_all => sum(@rest) };
}

# ----------------------------------------------------- one database for four workers --

# Half are hashes of whole files and half are patterns, as in databases that are in use.
sub database ($signatures) {
    my $dir = SG::tempdir();
    my $half = int($signatures / 2);
    srand 20;
    my $hex = sub ($bytes) { return join '', map { sprintf '%02x', int rand 256 } 1 .. $bytes };
    SG::Conf::write_file("$dir/g.hdb", join '', map { $hex->(16) . ":@{[1000 + $_]}:Gen.Hash.$_\n" } 1 .. $half);
    SG::Conf::write_file("$dir/g.ndb", join '', map { "Gen.Body.$_:0:*:" . $hex->(24) . "\n" } 1 .. $signatures - $half);
    return $dir;
}

sub _scanning ($sink, $database, $workers) {
    my $daemon = Bench::Daemon->start(
        core    => { log_level => 'notice', workers => $workers },
        plugins => [
            '10-nat-fixed'    => { server => '127.0.0.1', port => $sink },
            '60-av-libclamav' => { database => $database, max_size => 0 },
        ]);
    return { name => "$workers worker(s)", port => $daemon->port, own => [ $daemon->pid ], peers => [], daemon => $daemon };
}

# KiB of all processes with one worker and with four, and what each of the four has for
# itself after about so many scans of its own.
sub shared ($sink, $signatures, $scans) {
    local $ENV{SG_PATIENCE} = 10;    # loading takes its time
    my $database = database($signatures);
    my %kib;
    for my $workers (1, 4) {
        my $contender = _scanning($sink, $database, $workers);
        my @before = map { private($_) } sort $contender->{daemon}->worker_pids;
        Bench::Load::run($contender,
            { sessions => $scans * $workers, mails => 1, parallel => 4, size => 10240, dialogue => 'mail' });
        settled_cpu(@{ $contender->{own} });
        $kib{$workers} = pss(tree(@{ $contender->{own} }));
        my @after = map { private($_) } sort $contender->{daemon}->worker_pids;
        $kib{private} = max(map { $after[$_] - $before[$_] } 0 .. $#after) if $workers == 4;
        $kib{private_in_all} = max(@after) if $workers == 4;
        Bench::Contenders::stop($contender);
    }
    return { signatures => $signatures, kib_one => $kib{1}, kib_four => $kib{4}, ratio => $kib{4} / $kib{1},
        kib_private => $kib{private}, kib_private_in_all => $kib{private_in_all} };
}

1;
