# The campaign under fire: the same random sessions and the same oracle, with a real clamd,
# while things are done to the daemon and to what it needs (SG::Stress::Parts).  First a
# calm part to warm up, then the fire, then calm again: by then all must be as it was, and
# nothing is excused any more.
package SG::Stress;
use v5.36;
use Carp ();
use SG;
use SG::Campaign;
use SG::Clamd;
use SG::Process;
use SG::Stress::Parts;
use Test::More;
use Time::HiRes ();

our @ISA = ('SG::Campaign');

# See SG::Campaign.
use constant {DESCRIPTORS => 4, KILOBYTES => 4096, WORKERS => 2};

# Skips the file where the fire cannot be lit.
sub need () {
    SG::need_root();
    SG::need(qw(clamd unshare mount prlimit));
    plan(skip_all => 'needs a mount namespace') if system('unshare -m true 2>/dev/null') != 0;
    return;
}

# parts: names, none for all; sessions; seed; parallel; calm: how many before and behind.
# A test file's whole work but done_testing().
sub run (%opt) {
    my @parts = SG::Stress::Parts::chosen(@{ $opt{parts} // [] });
    my $self = __PACKAGE__->open_program(%opt, words => [ map { @{ $_->{words} // [] } } @parts ]);
    $self->{clamd} = SG::Clamd->start(DatabaseDirectory => SG::Campaign::database());
    $self->open_daemon(
        core    => { SG::Campaign::core(), log_level => 'warning', workers => WORKERS,
            spool_memory => '4K' },
        plugins => $self->plugins, $self->surroundings);
    my $calm = $opt{calm} || 300;
    my %before = $self->calm($calm, 'before');
    $self->fire($opt{sessions}, @parts);
    my %after = $self->calm($calm, 'behind');
    $self->as_before(\%before, \%after);
    $self->felt(@parts);
    $self->close_program;
    $self->daemon_is_well;
    $self->stop_daemon;
    return;
}

# No more connections to clamd are kept than may be left when descriptors are counted.
sub plugins ($self) {
    return [
        '10-nat-fixed' => { server => '127.0.0.1', port => $self->{mta} },
        '60-av-clamd'  => { socket => $self->{clamd}->socket, timeout => 3 * SG::patience() . 's',
            keep => DESCRIPTORS },
        '70-trace-header' => {},
    ];
}

# A mount namespace, in which the spool is a small file system, and a clock of its own.
sub surroundings ($self) {
    $self->{clock} = SG::Stress::Clock->new;
    my $script = 'mount -t tmpfs -o size=32m,mode=1777 none "$1" && shift && exec "$@"';
    my $quiet = SG::Campaign::quiet('(NEW|CLOSE|CLOSE:[A-Z]+|SCAN:[A-Z]+|PLUGIN:[A-Z]+|SESSION TAKEOVER:) ');
    return (
        wrap => sub ($dir) { [ qw(unshare -m --propagation private sh -c), $script, 'sh', "$dir/spool", @$quiet ] },
        env => { $self->{clock}->environment });
}

# Sessions in peace: nothing is excused.  Returns what the processes hold then.
sub calm ($self, $count, $when) {
    my $was = $self->order('figures');
    $self->order("run $count");
    my $is = $self->order('idle');
    is_deeply [ map { $is->{$_} - $was->{$_} } qw(cut_off unchecked undialled) ], [ 0, 0, 0 ],
        "$when the fire every message is checked, every session connected, none cut off";
    return $self->holdings;
}

# Each part is begun, does what it does again and again, and ends when the sessions are over.
sub fire ($self, $count, @parts) {
    my $was = $self->order('figures');
    my $begun = Time::HiRes::time();
    my @running = map { { %$_, due => $begun + ($_->{every} // 1) } } @parts;
    for my $part (@running) {
        $self->order("allow $_") for @{ $part->{allow} // [] };
        $part->{begin}->($self) if $part->{begin};
    }
    my $sessions = $self->burn($count, $was, @running);
    for my $part (reverse @running) {
        $part->{cease}->($self) if $part->{cease};
        $self->order("forbid $_") for @{ $part->{allow} // [] };
    }
    $self->{fire} = $self->order('idle');
    $self->{fire}{$_} -= $was->{$_} for keys %$was;
    my $seconds = Time::HiRes::time() - $begun;
    note sprintf '%d sessions in %.0f s', $sessions, $seconds;
    note join ' ', map { "$_=$self->{fire}{$_}" } grep { !/^died/ } sort keys %{ $self->{fire} };
    note join ' ', map { "$_=$self->{done}{$_}" } sort keys %{ $self->{done} // {} };
    is $self->{fire}{sessions}, $sessions, 'every session came to its end';
    $self->settle;
    return;
}

# So many sessions, and some more if not all that is done has been felt; how many.
sub burn ($self, $count, $was, @running) {
    my $end = Time::HiRes::time() + 1200 * SG::patience();
    my $more = 60;
    my $ordered = $count;
    $self->order("start $count");
    while (1) {
        $self->stir(@running);
        Time::HiRes::usleep(20_000);
        my $is = $self->order('figures');
        Carp::croak("no end of sessions in sight\n") if Time::HiRes::time() > $end;
        next if $is->{sessions} - $was->{sessions} < $ordered;
        $is->{$_} -= $was->{$_} for keys %$was;
        return $ordered if $more-- == 0 || !grep { !$_->{felt}->($self, $is) } @running;
        $ordered += 200;
        $self->order('start 200');
    }
}

sub stir ($self, @running) {
    my $now = Time::HiRes::time();
    for my $part (grep { $_->{tick} && $_->{due} <= $now } @running) {
        $part->{tick}->($self);
        $part->{due} = Time::HiRes::time() + ($part->{every} // 1);
    }
    return;
}

# One generation with all its workers, and no excuse counts any longer.
sub settle ($self) {
    my $daemon = $self->{daemon};
    SG::wait_for { (() = $daemon->keeper_pids) == 1 } 60, 'the last generation alone';
    SG::wait_for { (() = $daemon->worker_pids) == WORKERS } 60, 'all workers';
    Time::HiRes::sleep(5.2);    # A_MOMENT_MS of t/stress/fire.c
    return;
}

sub did ($self, $what) { return ++$self->{done}{$what} }

# Of each kind of process the most: pids may be others now.
sub by_role ($self, %holdings) {
    my $daemon = $self->{daemon};
    my %role = ((map { $_ => 'worker' } $daemon->worker_pids), (map { $_ => 'keeper' } $daemon->keeper_pids),
        $daemon->pid => 'master');
    my %most;
    for my $pid (keys %holdings) {
        my $role = $role{$pid} // next;
        for my $what (keys %{ $holdings{$pid} }) {
            my $held = $holdings{$pid}{$what};
            $most{$role}{$what} = $held if $held > ($most{$role}{$what} // 0);
        }
    }
    return %most;
}

sub holdings ($self) { return $self->by_role($self->SUPER::holdings) }

sub open_files ($self) {
    return join "\n", map { my $pid = $_; map { "$pid: " . (readlink($_) // '') } glob "/proc/$pid/fd/*" }
        $self->{daemon}->worker_pids;
}

sub as_before ($self, $before, $after) {
    for my $role (qw(master keeper worker)) {
        my ($was, $is) = ($before->{$role}, $after->{$role});
        note "$role: descriptors $was->{descriptors} then $is->{descriptors}, "
            . "own memory $was->{kilobytes} KB then $is->{kilobytes} KB";
        cmp_ok $is->{descriptors}, '<=', $was->{descriptors} + DESCRIPTORS, "$role: no descriptor is left"
            or diag $self->open_files;
        next if $ENV{SG_SANITIZED};
        cmp_ok $is->{kilobytes}, '<=', $was->{kilobytes} + KILOBYTES, "$role: memory is back where it was";
    }
    my @left = grep { /memfd:message|\(deleted\)$/ } map { readlink($_) // '' }
        map { glob "/proc/$_/fd/*" } $self->{daemon}->worker_pids;
    is_deeply \@left, [], 'no worker holds a message';
    my @files = glob '/proc/' . $self->{daemon}->pid . "/root$self->{daemon}{dir}/spool/*";
    is_deeply \@files, [], 'the spool directory is empty';
    return;
}

# A part that does nothing proves nothing.
sub felt ($self, @parts) {
    for my $part (@parts) {
        ok $part->{felt}->($self, $self->{fire}), "$part->{name}: $part->{effect}"
            or diag join ' ', %{ $self->{fire} }, %{ $self->{done} // {} };
    }
    return;
}

sub daemon_is_well ($self) {
    my $killed = $self->{done}{'workers killed'} // 0;
    my ($current, $crashed, $bugs) = $self->{daemon}->status =~ m{^Children: (\d+)/\d+/(\d+)/(\d+)}m;
    is "$current/$crashed/$bugs", "0/$killed/0", 'no session is left, nobody crashed but whom we killed, no BUG';
    my @said = grep { /BUG|STANDSTILL/ || /CRASH/ && !/signal=KILL/ } split /\n/, $self->{daemon}->log;
    is_deeply [ @said[ 0 .. ($#said > 9 ? 9 : $#said) ] ], [], 'nothing bad is in the log';
    return;
}

1;
