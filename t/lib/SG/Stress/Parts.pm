# What is done to the daemon, and to what it needs.  One row each:
#
#   begin, cease   when the sessions begin and when they are over
#   tick, every    again and again, after so many seconds (1)
#   allow          replies that it excuses, of t/stress/fire.h
#   words          for the program t/stress/campaign
#   effect, felt   what must have been seen of it, and whether it was
package SG::Stress::Parts;
use v5.36;
use Carp ();
use List::Util ();
use SG;
use SG::Process;
use SG::Stress::Clock;

my @parts = (
    {
        name => 'slow-peers', words => ['slow=4'],
        effect => 'clients left in the midst', felt => sub ($run, $f) { $f->{client_faults} > 0 },
    },
    {
        name => 'mta-dying', words => ['dying=1'],
        effect => 'MTAs died at each stage in each way',
        felt => sub ($run, $f) { !grep { /^died/ && $f->{$_} == 0 } keys %$f },
    },
    {
        name => 'mta-gone', every => 2, tick => \&mta_gone_or_back, cease => \&mta_back, allow => ['dial'],
        effect => 'servers could not be connected', felt => sub ($run, $f) { $f->{undialled} > 0 },
    },
    {
        name => 'worker-killed', tick => \&kill_a_worker,
        effect => 'sessions were cut off', felt => sub ($run, $f) { $f->{cut_off} > 0 },
    },
    {
        name => 'clamd-killed', every => 3, tick => \&kill_clamd, allow => ['check'],
        effect => 'clamd was killed, and came again', felt => sub ($run, $f) { $run->{done}{'clamds killed'} },
    },
    {
        name => 'clamd-stopped', every => 4, tick => \&stop_clamd, cease => \&wake_clamd, allow => ['check'],
        effect => 'messages could not be checked', felt => sub ($run, $f) { $f->{unchecked} > 0 },
    },
    {
        name => 'clamd-replaced', every => 4, tick => \&replace_clamd, allow => ['check'],
        effect => 'another clamd took its place', felt => sub ($run, $f) { $run->{done}{'clamds replaced'} },
    },
    {
        name => 'spool-full', begin => \&fill_spool, tick => \&fill_or_clear_spool, cease => \&clear_spool,
        allow => ['check'],
        effect => 'messages could not be kept', felt => sub ($run, $f) { $f->{unchecked} > 0 },
    },
    {
        name => 'few-descriptors', begin => \&few_descriptors, tick => \&few_descriptors,
        cease => \&enough_descriptors, allow => [ 'check', 'dial' ],
        effect => 'accepting had to rest', felt => sub ($run, $f) { $run->{daemon}->log =~ /ACCEPT:PAUSED/ },
    },
    {
        name => 'clock-back', tick => \&turn_clock, not_sanitized => 1,
        effect => 'the daemon was an hour behind', felt => sub ($run, $f) { $run->{done}{'hours the daemon was behind'} },
    },
    {
        name => 'hup', tick => \&hup,
        effect => 'the configuration was read again', felt => sub ($run, $f) { $run->{done}{'HUPs'} },
    },
);

sub names () { return map { $_->{name} } @parts }

sub chosen (@names) {
    my %wanted = map { $_ => 1 } @names ? @names : names();
    my @found = grep { delete $wanted{ $_->{name} } } @parts;
    Carp::croak("no such part: @{[ keys %wanted ]}; there are: @{[ names() ]}") if %wanted;
    return grep { !($ENV{SG_SANITIZED} && $_->{not_sanitized}) } @found;
}

# ---- processes of the daemon ----

# Stopped first, so that it is known which clients it takes along.
sub kill_a_worker ($run) {
    my $daemon = $run->{daemon};
    my $victim = (List::Util::shuffle($daemon->worker_pids))[0] // return;
    kill('STOP', $victim) or return;
    SG::wait_for { (SG::Process::proc_status($victim)->{State} // 'Z') =~ /^[TZ]/ } 10, 'a worker to stop';
    my @ports = SG::Process::clients_of($victim, $daemon->port);
    $run->order("cut-off @ports");
    kill('KILL', $victim) && $run->did('workers killed');
    return;
}

sub hup ($run) {
    $run->{daemon}->notified;    # as a service manager reads them
    $run->{daemon}->signal('HUP');
    $run->did('HUPs');
    return;
}

# ---- the MTA ----

sub mta_gone_or_back ($run) {
    return mta_back($run) if $run->{mta_is_gone};
    $run->order('mta gone');
    $run->{mta_is_gone} = 1;
    $run->did('times the MTA was gone');
    return;
}

sub mta_back ($run) {
    $run->order('mta here') if delete $run->{mta_is_gone};
    return;
}

# ---- clamd ----

sub kill_clamd ($run) {
    $run->{clamd}->stop;
    delete $run->{stopped};
    $run->{clamd}->again;
    $run->did('clamds killed');
    return;
}

# For four seconds of eight: longer than the plugin waits.
sub stop_clamd ($run) {
    return wake_clamd($run) if $run->{stopped};
    kill('STOP', $run->{clamd}->pid);
    $run->{stopped} = $run->{clamd}->pid;
    $run->did('clamds stopped');
    return;
}

sub wake_clamd ($run) {
    kill('CONT', delete $run->{stopped}) if $run->{stopped};
    return;
}

sub replace_clamd ($run) {
    my $successor = SG::Clamd->start(DatabaseDirectory => SG::Campaign::database());
    $successor->move_to($run->{clamd}->socket);
    $run->{clamd}->stop;
    delete $run->{stopped};
    $run->{clamd} = $successor;
    $run->did('clamds replaced');
    return;
}

# ---- what is scarce ----

# The daemon's own: it is in a mount namespace.
sub _filler ($run) {
    my $daemon = $run->{daemon};
    return '/proc/' . $daemon->pid . '/root' . $daemon->dir . '/spool/.filler';
}

sub fill_spool ($run) {
    open(my $out, '>', _filler($run)) or Carp::croak("filler: $!");
    my $block = "\0" x 65536;
    while (syswrite($out, $block)) { }
    $run->did('times the spool was full');
    return;
}

sub clear_spool ($run) {
    unlink _filler($run);
    return;
}

sub fill_or_clear_spool ($run) {
    return -e _filler($run) ? clear_spool($run) : fill_spool($run);
}

sub _limit_descriptors ($run, $limit) {
    my $daemon = $run->{daemon};
    for my $pid ($daemon->session_pids) {
        system("prlimit --pid $pid --nofile=$limit: 2>/dev/null");    # it may be gone
    }
    return;
}

# Again and again, for those that are new.
sub few_descriptors ($run) { return _limit_descriptors($run, 60) }
sub enough_descriptors ($run) { return _limit_descriptors($run, 20_000) }

# ---- time ----

# An hour back, and forth again.
sub turn_clock ($run) {
    $run->{turned} = $run->{turned} ? 0 : -3600;
    $run->{clock}->set($run->{turned});
    $run->did('clocks turned');
    $run->did('hours the daemon was behind') if $run->{turned} && is_behind($run->{daemon});
    return;
}

# By what its statefile says the time is.
sub is_behind ($daemon) {
    my ($h, $m) = $daemon->status =~ /^Dump time:.* (\d\d):(\d\d):\d\d/m or return 0;
    my (undef, $minute, $hour) = localtime;
    my $behind = (60 * ($hour - $h) + $minute - $m) % 1440;
    return 55 < $behind && $behind < 65;
}

1;
