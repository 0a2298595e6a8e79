# Behind lock-files the script is for new locks.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Action;

SG::need_root();    # for files of others

my $verdict = SG::build_dir() . '/t/dialogue/.libs/verdict.so';
my $nobody = getpwnam 'nobody';

# Finds are at MAIL, so that one session may have several.
sub relay ($dir, $locks, $action, %script) {
    my $mta = SG::MTA->start;
    return SG::Daemon->start(
        core          => { set_user => 'nobody' },
        extra_plugins => [$verdict],
        plugins       => [
            '10-nat-fixed'     => { server => '127.0.0.1', port => $mta->port },
            '30-lock-files'    => { path => $dir, local => 'yes', on => [qw(virus regex)], %$locks },
            '50-verdict'       => { mail => 'reject if evil', event => 'regex', detail => 'REGEX_MAIL_FROM' },
            '51-verdict@virus' => { mail => 'reject if worse', event => 'virus', detail => 'Worse' },
            '80-action-script' => { command => $action->command, %script },
        ]);
}

sub lock_dir ($owner) {
    my $dir = SG::tempdir();
    chown $owner, -1, $dir;
    return $dir;
}

# A session that offers these.
sub finds ($daemon, @what) {
    my $c = SG::Client->connect($daemon->port)->hello;
    like $c->cmd("MAIL FROM:<$_\@client.test>"), qr/^550 /, "refused: $_" for @what;
    $c->quit;
    $c->close;
    return;
}

# All that is going to be started has been, when the daemon is gone.
sub started ($daemon) {
    SG::finish();
    return join ' ', $daemon->log =~ /ACTION:STARTED .* found=([^,\s]+)/g;
}

subtest 'A new lock runs it, and it is told of the lock.' => sub {
    my $dir = lock_dir($nobody);
    my $action = SG::Action->new('cat "$LOCK_FILE"');
    my $daemon = relay($dir, { duration => '2h' }, $action);
    finds($daemon, 'evil');
    my $call = $action->wait_calls;
    is $call->{env}{LOCK_FILE}, "$dir/127.0.0.1", 'its path';
    is $call->{env}{LOCK_DURATION}, 7200, 'its duration';
    is $call->{more}, "REGEX_MAIL_FROM\n", 'and it is there';
    is started($daemon), 'REGEX_MAIL_FROM', 'once';
};

subtest 'A client that is locked already runs none.' => sub {
    my $dir = lock_dir($nobody);
    my $daemon = relay($dir, {}, SG::Action->new);
    finds($daemon, 'evil', 'evil', 'worse');
    is started($daemon), 'REGEX_MAIL_FROM', 'only the first find';
};

subtest 'A client that is exempt runs none.' => sub {
    my $dir = lock_dir($nobody);
    SG::Conf::write_file("$dir/127.0.0.1", '');
    my $daemon = relay($dir, {}, SG::Action->new);
    finds($daemon, 'evil', 'worse');
    is started($daemon), '', 'not for the first';
    like $daemon->log, qr/LOCK:SAINT .*\[don't lock\]/, 'it was asked for';
};

subtest 'A lock that cannot be made runs it.' => sub {
    my $dir = lock_dir(0);
    my $action = SG::Action->new;
    my $daemon = relay($dir, {}, $action);
    finds($daemon, 'evil');
    my $call = $action->wait_calls;
    is $call->{env}{LOCK_FILE}, '', 'without a file';
    is $call->{env}{LOCK_DURATION}, 0, 'or a duration';
    SG::finish();
};

subtest 'Finds that are not to be locked on run it each time.' => sub {
    my $dir = lock_dir($nobody);
    my $action = SG::Action->new;
    my $daemon = relay($dir, { on => ['virus'] }, $action);
    finds($daemon, 'evil', 'worse', 'evil', 'worse');
    my %files = map { $_->{args}[0] => $_->{env}{LOCK_FILE} } $action->wait_calls(3);
    is_deeply \%files, { REGEX_MAIL_FROM => '', VIRUS => "$dir/127.0.0.1" },
        'a lock is told of for its own find only';
    is started($daemon), 'REGEX_MAIL_FROM VIRUS REGEX_MAIL_FROM', 'and with the lock only once';
};

subtest 'With a duration of 0, there are no locks to wait for.' => sub {
    my $daemon = relay(lock_dir($nobody), { duration => 0 }, SG::Action->new);
    finds($daemon, 'evil', 'evil');
    is started($daemon), 'REGEX_MAIL_FROM REGEX_MAIL_FROM', 'each find runs it';
};

done_testing;
