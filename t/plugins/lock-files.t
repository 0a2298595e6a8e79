# Lock files: made by events, minded at connect, removed when they are old.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;

my $built = SG::build_dir() . '/t';

# `found`: what the check at the end of the message says.
sub relay ($dir, $locks, $found = {}, %opt) {
    my $ident = delete $opt{ident} // '';
    my $mta = SG::MTA->start;
    return SG::Daemon->start(
        extra_plugins => [ "$built/plugins/.libs/witness.so", "$built/dialogue/.libs/verdict.so" ],
        plugins       => [
            '10-witness'    => { server => '127.0.0.1:' . $mta->port, ident => $ident },
            '30-lock-files' => { path => $dir, local => 'yes', %$locks },
            '60-verdict'    => { end => 'reject if evil', event => 'virus', %$found },
        ],
        %opt);
}

sub lock_dir () {
    my $dir = SG::tempdir();
    chmod 0777, $dir;
    return $dir;
}

sub content ($file) {
    open(my $in, '<', $file) or return "no file: $!";
    return join '', <$in>;
}

sub send_evil ($daemon) {
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail("Subject: evil\r\n\r\nx\r\n");
    $c->close;
    return $reply;
}

sub banner ($daemon) { return SG::Client->connect($daemon->port)->banner }

my $text = 'proxy.test You are locked out for a while, because of malware or abuse from your address';
my $locked = qr/^421 4\.7\.0 \Q$text\E \(60 minutes left\)\z/;
my @all = qw(virus spam maxhost maxident dnsbl regex spf earlytalk ratelimit);

subtest 'A find locks the client out until the lock is old.' => sub {
    my $dir = lock_dir();
    my $file = "$dir/127.0.0.1";
    my $daemon = relay($dir, {}, { detail => 'Eicar-Test' });
    like send_evil($daemon), qr/^550 /, 'the message is refused';
    is content($file), "Eicar-Test\n", 'the lock says why';
    is sprintf('%o', (stat $file)[2] & 0777), '660', 'with its permissions';
    $daemon->wait_log(qr/LOCK:CREATED \(\Q$file\E\): Eicar-Test$/m);

    my $c = SG::Client->connect($daemon->port);
    like $c->banner, $locked, 'the next connection is refused';
    ok $c->closed, 'and closed';
    $daemon->wait_log(qr/LOCK:LOCKED src=127\.0\.0\.1, ident=$/m);
    like(SG::Client->connect($daemon->port, from => '127.0.0.2')->banner, qr/^220 /, 'others are not');
    like $daemon->status, qr{^Rejects:  0/0/1/}m, 'it is counted';

    my $old = time - 3000;
    utime $old, $old, $file;
    like banner($daemon), qr/ \((?:10|9) minutes left\)\z/, 'for an hour';
    utime time - 3600, time - 3600, $file;
    like banner($daemon), qr/^220 /, 'and not a moment longer';
    ok !-e $file, 'then the file is gone';
    $daemon->wait_log(qr/LOCK:EXPIRED src=127\.0\.0\.1, ident=$/m);
    SG::finish();
};

subtest 'The lock exists when the client reads its refusal.' => sub {
    my $dir = lock_dir();
    my $daemon = relay($dir, {});
    for my $i (1 .. 20) {
        send_evil($daemon);
        ok -e "$dir/127.0.0.1" or last;
        unlink "$dir/127.0.0.1";
    }
    SG::finish();
};

subtest 'Each event has its word in the lock.' => sub {
    my @cases = (
        [ virus => 'Win.Evil', "Win.Evil\n" ], [ virus => '', "VIRUS\n" ],
        [ spam => '15.2', "SPAM\n" ], [ dnsbl => 'zone.test', "DNSBL\n" ],
        [ regex => 'REGEX_HELO', "REGEX_HELO\n" ], [ spf => 'x', "SPF\n" ],
        [ earlytalk => '', "EARLYTALK\n" ], [ maxhost => 'x', "MAX_HOST\n" ],
        [ maxident => 'x', "MAX_IDENT\n" ],
        [ ratelimit => 'RATELIMIT_MAILFROM_REJECTS', "RATELIMIT_MAILFROM_REJECTS\n" ],
        [ locked => 'x', qr/^no file/ ], [ load => 'x', qr/^no file/ ], [ other => 'x', qr/^no file/ ],
    );
    for my $case (@cases) {
        my ($event, $detail, $expected) = @$case;
        my $dir = lock_dir();
        my $daemon = relay($dir, { on => \@all }, { event => $event, detail => $detail });
        send_evil($daemon);
        my $got = content("$dir/127.0.0.1");
        like $got, ref $expected ? $expected : qr/\A\Q$expected\E\z/, "$event '$detail'";
        SG::finish();
    }
};

subtest 'Only the events named lock, and a duration of 0 minds no lock.' => sub {
    my %case = (
        'another event'  => { on => ['spam'] },
        'never'          => { on => ['never'] },
        'no duration'    => { duration => 0 },
    );
    for my $name (sort keys %case) {
        my $dir = lock_dir();
        my $daemon = relay($dir, $case{$name});
        send_evil($daemon);
        ok !-e "$dir/127.0.0.1", "$name makes no lock";
        SG::finish();
    }
    my $dir = lock_dir();
    SG::Conf::write_file("$dir/127.0.0.1", "by hand\n");
    chown 65534, 65534, "$dir/127.0.0.1";
    my $daemon = relay($dir, { duration => 0 });
    like banner($daemon), qr/^220 /, 'nor is one minded';
    SG::finish();
};

subtest 'Unless more are named, viruses and spam lock, and nothing else.' => sub {
    for my $event (@all) {
        my $dir = lock_dir();
        my $daemon = relay($dir, {}, { event => $event });
        send_evil($daemon);
        is -e "$dir/127.0.0.1" ? 1 : 0, $event =~ /^(?:virus|spam)$/ ? 1 : 0, $event;
        SG::finish();
    }
};

subtest 'Programs on this machine are locked out only if asked.' => sub {
    my $dir = lock_dir();
    my $daemon = relay($dir, { local => 'no' });
    like send_evil($daemon), qr/^550 /, 'a message of an MTA here is refused';
    ok !-e "$dir/127.0.0.1", 'and makes no lock';
    SG::Conf::write_file("$dir/127.0.0.1", "by hand\n");
    like banner($daemon), qr/^220 /, 'nor is one minded';
    SG::finish();
};

subtest 'What a locked client is told, and with which code.' => sub {
    my $day = 86_400;
    my @cases = (
        [ 'an hour'            => {}, 0, qr/^421 4\.7\.0 proxy\.test Out \(60 minutes left\)\z/ ],
        [ 'a few days'         => { duration => '3d' }, 0, qr/^421 .* \(3 days left\)\z/ ],
        [ 'a few hours'        => { duration => '5h' }, -3500, qr/^421 .* \(5 hours left\)\z/ ],
        [ 'its last seconds'   => {}, -3599, qr/^(?:421 .* \(1 second left\)|220 .*)\z/ ],
        [ 'no word on time'    => { tell_left => 'no' }, 0, qr/^421 4\.7\.0 proxy\.test Out\z/ ],
        [ 'the time in the text' => { message => 'Out %{left}, %{reason}' }, 0,
            qr/^421 4\.7\.0 proxy\.test Out 60 minutes, 127\.0\.0\.1\z/ ],
        [ '554 by option'      => { code => 554 }, 0, qr/^554 proxy\.test Out \(60 minutes left\)\z/ ],
        [ 'locked for ever'    => { duration => '36500d' }, 0, qr/^554 proxy\.test Out\z/ ],
        [ 'one lock for ever'  => {}, 30 * 365 * $day, qr/^554 proxy\.test Out\z/ ],
    );
    for my $case (@cases) {
        my ($name, $options, $age, $expected) = @$case;
        my $dir = lock_dir();
        my $file = SG::Conf::write_file("$dir/127.0.0.1", "by hand\n");
        my $daemon = relay($dir, { message => 'Out', %$options });
        utime time + $age, time + $age, $file;
        like banner($daemon), $expected, $name;
        SG::finish();
    }
};

subtest 'With log_only, locks are made and minded, and change nothing.' => sub {
    my $daemon = relay(lock_dir(), { log_only => 'yes' });
    my $slow = SG::Client->connect($daemon->port)->hello;
    like $slow->envelope, qr/^354 /, 'a session is in the middle of its message';
    like send_evil($daemon), qr/^550 /, 'another causes a lock';
    like $slow->data("Subject: good\r\n\r\nx\r\n"), qr/^250 /, 'the message passes';
    like $slow->cmd('NOOP'), qr/^250 /, 'and the session goes on';
    like banner($daemon), qr/^220 /, 'and others begin';
    ok $daemon->wait_log(qr/LOCK:LOCKED (?:.*\n)*.*LOCK:LOCKED /), 'the log knows of the lock';
    SG::finish();
};

subtest 'A client with an ident is locked by both.' => sub {
    my $dir = lock_dir();
    my $daemon = relay($dir, {}, { detail => 'x' }, ident => "an na/../\xc3\xa4=+:-Z9");
    send_evil($daemon);
    my $file = "$dir/127.0.0.1-an_na____" . '__' . '=+:-Z9';
    my ($made) = glob("$dir/*");
    is $made, $file, 'what a file name had better not hold is replaced';
    like banner($daemon), $locked, 'the lock holds';
    unlink $file;
    like banner($daemon), qr/^220 /, 'and is the only one';
    SG::Conf::write_file("$dir/127.0.0.1", '');
    chown 65534, 65534, "$dir/127.0.0.1";
    like banner($daemon), $locked, 'a lock of the address alone counts, too';
    SG::finish();
};

subtest 'An IPv6 client has its lock under its address.' => sub {
    SG::need_ipv6();
    my $dir = lock_dir();
    my $daemon = relay($dir, {}, { detail => 'x' }, bind => '::1');
    my $c = SG::Client->connect($daemon->port, host => '::1')->hello;
    like $c->mail("Subject: evil\r\n\r\nx\r\n"), qr/^550 /, 'the message is refused';
    is content("$dir/::1"), "x\n", 'the lock is made';
    like(SG::Client->connect($daemon->port, host => '::1')->banner, $locked, 'and holds');
    SG::finish();
};

subtest 'What is wrong with the file is said with a sentence.' => sub {
    my $dir = lock_dir();
    my @cases = (
        [ { path => "$dir/none" } => qr/path.*none.*directory that exists/s ],
        [ { path => '/etc/passwd' } => qr/path.*passwd.*directory that exists/s ],
        [ { path => $dir, on => [ 'virus', 'never' ] } => qr/'on'.*never stands alone/s ],
        [ { path => $dir, on => ['viruses'] } => qr/'on'.*viruses/s ],
        [ { path => 'relative' } => qr/path.*relative/s ],
    );
    for my $case (@cases) {
        my ($status, $said) = SG::Check::check(plugins => [ '30-lock-files' => $case->[0] ]);
        isnt $status, 0, '-t fails';
        like $said, qr{30-lock-files\.conf:\d+: .*$case->[1]}s, 'and says why';
    }
    my ($status) = SG::Check::check(
        plugins => [ '30-lock-files' => { path => "$dir/none", duration => 0 } ]);
    is $status, 0, 'no directory is needed for no locks';
};

done_testing;
