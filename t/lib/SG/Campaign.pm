# The random campaign, from outside: the daemon with the plugins it needs, the
# program t/stress/campaign (which is all its clients and its MTA), and what must
# not have grown when it is over.
package SG::Campaign;
use v5.36;
use Carp ();
use IPC::Open2 ();
use Test::More;
use SG;

# Of t/stress/campaign.h; put together here so that this file is not a find.
sub marker () { return join '-', 'SG', 'CAMPAIGN', 'MARKER', '0123456789' }

# Caches fill and heaps have holes; what would grow for ever is far more than this.
use constant {DESCRIPTORS => 4, KILOBYTES => 4096};

# sessions: how many; seed; parallel; scanner: libclamav or verdict; only: one session,
# with its dialogue.  A test file's whole work.
sub run (%opt) {
    alarm(0);
    my $self = __PACKAGE__->open_program(%opt);
    $self->open_daemon(
        core    => { core(), log_level => $opt{only} ? 'debug' : 'err' },
        plugins => plugins($self->{mta}, $opt{scanner} || scanner()), wrap => quiet());
    $opt{only} ? $self->one_session : $self->sessions($opt{sessions});
    $self->close_program;
    $self->daemon_is_well;
    $self->stop_daemon;
    done_testing();
    return;
}

# words: more of its command line.
sub open_program ($class, %opt) {
    my $program = SG::build_dir() . '/t/stress/campaign';
    SG::need($program);
    my $seed = $opt{seed} || int(rand(2**31));
    note "seed $seed (SG_SEED=$seed repeats it, and ONLY=NUMBER shows one session of it)";
    my $self = bless { seed => $seed }, $class;
    $self->{pid} = IPC::Open2::open2($self->{from}, $self->{to}, $program, "seed=$seed",
        'parallel=' . ($opt{parallel} || 150), $opt{only} ? "only=$opt{only}" : (), @{ $opt{words} // [] });
    ($self->{mta}) = readline($self->{from}) =~ /^mta (\d+)/ or Carp::croak('no campaign');
    return $self;
}

sub open_daemon ($self, %opt) {
    $self->{daemon} = SG::Daemon->start(extra_plugins => [ SG::verdict_plugin() ], %opt);
    $self->order('daemon ' . $self->{daemon}->port);
    return;
}

sub close_program ($self) {
    close $self->{to};
    waitpid $self->{pid}, 0;
    is $? >> 8, 0, 'nothing that the oracle complains of' or diag "seed $self->{seed}";
    return;
}

# libclamav has leaks of its own, of which LeakSanitizer would tell.
sub scanner () {
    my $built = -e SG::build_dir() . '/plugins/.libs/av-libclamav.so';
    return $built && !$ENV{SG_SANITIZED} ? 'libclamav' : 'verdict';
}

# Bounds small enough for silence to be over soon, and large enough for a crowded machine;
# a spool that comes to its file.
sub core () {
    return (
        workers => 2, timeout_idle => 6, timeout_final => 6, timeout_connect => 6,
        timeout_session => 20, spool_memory => '64K', connect_queue => 4096,
        enfile_sleep => 1, spool_leave_on => 'never',
    );
}

sub plugins ($mta, $scanner) {
    my @plugins = ('10-nat-fixed' => { server => '127.0.0.1', port => $mta }, '70-trace-header' => {});
    return [ @plugins, '60-av-libclamav' => { database => database() } ] if $scanner eq 'libclamav';
    return [ @plugins, '60-verdict' =>
            { end => 'reject if ' . marker(), code => 550, event => 'virus', detail => 'Marker' } ];
}

sub database () {
    my $dir = SG::tempdir();
    SG::Conf::write_file("$dir/campaign.ndb", 'SG.Campaign:0:*:' . unpack('H*', marker()) . "\n");
    return $dir;
}

# NEW and CLOSE are logged at every level; of a million sessions nobody wants them.  A
# process between the daemon and its log takes them out; it is nobody's child.
sub quiet ($what = '(NEW|CLOSE|CLOSE:[A-Z]+) ') {
    my $filter = q{
        my $what = shift; pipe(my $from, my $to) or die;
        if (!fork) {
            exit if fork;
            open STDIN, '<&', $from; open STDOUT, '>&', \*STDERR; close $to;
            exec qw(grep --line-buffered -vE), $what;
        }
        wait;
        open STDERR, '>&', $to; close $to; close $from;
        exec { $ARGV[0] } @ARGV;
    };
    return [ $^X, '-e', $filter, "]: $what" ];
}

# One order to the program, and its figures behind it.
sub order ($self, $line) {
    print { $self->{to} } "$line\n";
    $self->{to}->flush;
    my $figures = readline($self->{from}) // Carp::croak("the campaign died at '$line'");
    return { $figures =~ /(\w+)=(\d+)/g };
}

sub one_session ($self) {
    $self->order('run 1');
    $self->order('idle');
    return;
}

# A part to warm up, the rest, and what lies between.
sub sessions ($self, $count) {
    my $first = int($count / 4);
    $self->order("run $first");
    $self->order('idle');
    my %before = $self->holdings;
    my $begun = Time::HiRes::time();
    $self->order('run ' . ($count - $first));
    my $rate = ($count - $first) / (Time::HiRes::time() - $begun);
    my $figures = $self->order('idle');
    my %after = $self->holdings;
    note sprintf '%.0f sessions a second', $rate;
    note join ' ', map { "$_=$figures->{$_}" } sort keys %$figures;
    is $figures->{sessions}, $count, 'every session came to its end';
    cmp_ok $figures->{completed}, '>', $count / 4, 'messages arrived';
    cmp_ok $figures->{marked_refused}, '>', $count / 50, 'marked messages were refused';
    no_growth(\%before, \%after);
    return;
}

# Of each process below the master: descriptors, and kilobytes that are its own.
sub holdings ($self) {
    my %held;
    for my $pid ($self->{daemon}->pid, $self->{daemon}->session_pids) {
        my @fds = glob("/proc/$pid/fd/*");
        open(my $in, '<', "/proc/$pid/smaps_rollup") or next;
        my ($kb) = join('', <$in>) =~ /^Pss_Anon:\s+(\d+)/m;
        $held{$pid} = { descriptors => scalar @fds, kilobytes => $kb };
    }
    return %held;
}

sub no_growth ($before, $after) {
    is_deeply [ sort keys %$after ], [ sort keys %$before ], 'no process has died or been replaced';
    for my $pid (sort keys %$after) {
        my ($was, $is) = ($before->{$pid} // next, $after->{$pid});
        note "process $pid: descriptors $was->{descriptors} then $is->{descriptors}, "
            . "own memory $was->{kilobytes} KB then $is->{kilobytes} KB";
        cmp_ok $is->{descriptors}, '<=', $was->{descriptors} + DESCRIPTORS, 'no descriptor is left';
        next if $ENV{SG_SANITIZED};    # it keeps what was freed
        cmp_ok $is->{kilobytes}, '<=', $was->{kilobytes} + KILOBYTES, 'memory does not grow';
    }
    return;
}

sub daemon_is_well ($self) {
    my $daemon = $self->{daemon};
    my ($current, $crashed, $bugs);
    SG::wait_for {
        ($current, $crashed, $bugs) = $daemon->status =~ m{^Children: (\d+)/\d+/(\d+)/(\d+)}m;
        defined $current && $current == 0;
    } 20, 'an empty scoreboard';
    is "$current/$crashed/$bugs", '0/0/0', 'no session is left, nothing crashed, no BUG';
    my @said = grep { /CRASH|BUG|STANDSTILL|SCAN:FAILED/ } split /\n/, $daemon->log;
    is_deeply [ @said[ 0 .. ($#said > 9 ? 9 : $#said) ] ], [], 'nothing bad is in the log';
    my @spooled = glob($daemon->dir . '/spool/*');
    is scalar @spooled, 0, 'the spool directory is empty';
    return;
}

sub stop_daemon ($self) {
    is $self->{daemon}->stop, 0, 'the daemon ends well';
    return;
}

1;
