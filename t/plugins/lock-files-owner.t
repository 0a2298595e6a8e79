# Whose file it is makes it a lock or an exemption; and where no lock can be made.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::need_root();

my $verdict = SG::build_dir() . '/t/dialogue/.libs/verdict.so';
my $nobody = (getpwnam 'nobody')[2];

sub relay ($dir, %opt) {
    my $mta = SG::MTA->start;
    my $on_error = delete $opt{on_error} // 'tempfail';
    return SG::Daemon->start(
        extra_plugins => [$verdict],
        plugins       => [
            '10-nat-fixed'  => { server => '127.0.0.1', port => $mta->port },
            '30-lock-files' => {
                path => $dir, message => 'Locked', tell_left => 'no', local => 'yes',
                on_error => $on_error },
            '60-verdict'    => { end => 'reject if evil', event => 'virus', detail => 'Evil' },
        ],
        %opt);
}

sub lock_dir ($owner) {
    my $dir = SG::tempdir();
    chown $owner, -1, $dir;
    return $dir;
}

sub send_evil ($daemon) {
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail("Subject: evil\r\n\r\nx\r\n");
    $c->close;
    return $reply;
}

sub banner ($daemon) { return SG::Client->connect($daemon->port)->banner }

my %as = (
    'a user of its own' => [ $nobody, core => { set_user => 'nobody' } ],
    'root'              => [0],
);

for my $who (sort keys %as) {
    my ($uid, @opt) = @{ $as{$who} };

    subtest "As $who: what the daemon makes is a lock." => sub {
        my $dir = lock_dir($uid);
        my $file = "$dir/127.0.0.1";
        my $daemon = relay($dir, @opt);
        like send_evil($daemon), qr/^550 /, 'the message is refused';
        is((stat $file)[4], $uid, 'the file is its own');
        is !!((stat $file)[2] & 01000), $uid == 0, 'marked if it is root\'s';
        is banner($daemon), '421 4.7.0 proxy.test Locked', 'the client is locked out';
        my $old = time - 3700;
        utime $old, $old, $file;
        like banner($daemon), qr/^220 /, 'until the lock is old';
        ok !-e $file, 'and gone';
        SG::finish();
    };

    subtest "As $who: an empty file that root makes by hand is an exemption." => sub {
        my $dir = lock_dir($uid);
        my $file = "$dir/127.0.0.1";
        SG::Conf::write_file($file, '');
        my $old = time - 100_000;
        utime $old, $old, $file;
        my $daemon = relay($dir, @opt);
        like banner($daemon), qr/^220 /, 'the client gets in';
        $daemon->wait_log(qr/LOCK:SAINT uid 0!=$uid, src=127\.0\.0\.1, ident=$/m);
        like send_evil($daemon), qr/^550 /, 'its evil message is refused all the same';
        $daemon->wait_log(qr/LOCK:SAINT uid 0!=$uid, src=127\.0\.0\.1, ident= \[don't lock\]$/m);
        like banner($daemon), qr/^220 /, 'but it is not locked out';
        is((stat $file)[9], $old, 'the file is as it was');
        unlike $daemon->log, qr/LOCK:CREATED/, 'and no other was made';
        SG::finish();
    };

    subtest "As $who: what root has restored is a lock, and can be exempted." => sub {
        my $dir = lock_dir($uid);
        my $file = SG::Conf::write_file("$dir/127.0.0.1", "SPAM\n");
        chmod 0600, $file;
        my $daemon = relay($dir, @opt);
        $daemon->wait_log(qr/LOCK:OWNER path=\Q$dir\E, files=1, one=127\.0\.0\.1, reason=/);
        is banner($daemon), '421 4.7.0 proxy.test Locked', 'it holds';
        SG::Conf::write_file("$file.exempt", '');
        chown 12345, -1, "$file.exempt";
        like banner($daemon), qr/^220 /, 'until the client is exempted';
        $daemon->wait_log(qr/LOCK:SAINT uid 0!=$uid, src=127\.0\.0\.1, ident=$/m);
        unlink $file;
        like send_evil($daemon), qr/^550 /, 'its evil message is refused all the same';
        $daemon->wait_log(qr/LOCK:SAINT uid 0!=$uid, src=127\.0\.0\.1, ident= \[don't lock\]$/m);
        ok !-e $file, 'and makes no lock';
        SG::finish();
    };
}

subtest 'The commands of the manual do what it says.' => sub {
    my $dir = lock_dir($nobody);
    open my $manual, '<', SG::src_dir() . '/plugins/lock-files/lock-files.mdoc' or die;
    my @commands = grep { s/^\.Dl // } <$manual>;
    s{/var/lib/smtp-gated/lock}{$dir}, s/192\.0\.2\.\d/127.0.0.1/ for @commands;
    is scalar(@commands), 3, 'there are three';
    my $daemon = relay($dir, core => { set_user => 'nobody' });
    is system($_), 0, $_ for @commands[ 0, 1 ];
    is banner($daemon), '554 proxy.test Locked', 'a lock without an end';
    is system($commands[2]), 0, $commands[2];
    like banner($daemon), qr/^220 /, 'an exemption';
    SG::finish();
};

subtest 'A lock made by another user, or by hand for one, is a lock.' => sub {
    my $dir = lock_dir($nobody);
    SG::Conf::write_file("$dir/127.0.0.1", '');
    chown 12345, -1, "$dir/127.0.0.1";
    my $daemon = relay($dir, core => { set_user => 'nobody' });
    is banner($daemon), '421 4.7.0 proxy.test Locked', 'it holds';
    SG::finish();
};

subtest 'A directory that may not be written to is remarked, and harms nothing else.' => sub {
    my $dir = lock_dir(0);
    my $daemon = relay($dir, core => { set_user => 'nobody' });
    $daemon->wait_log(qr/LOCK:FAILED path=\Q$dir\E, error=Permission denied, uid=$nobody, plugin=\d+-lock-files$/m);
    like send_evil($daemon), qr/^550 /, 'the message is refused';
    $daemon->wait_log(qr{LOCK:FAILED file=\Q$dir\E/127\.0\.0\.1, error=Permission denied$}m);
    like banner($daemon), qr/^220 /, 'without a lock the client gets in';
    SG::finish();
};

subtest 'A directory that may not be looked into is an error of the check.' => sub {
    my %expected = (tempfail => qr/^421 4\.3\.0 proxy\.test /, pass => qr/^220 /);
    for my $on_error (sort keys %expected) {
        my $dir = lock_dir(0);
        chmod 0700, $dir;
        my $daemon = relay($dir, core => { set_user => 'nobody' }, on_error => $on_error);
        like banner($daemon), $expected{$on_error}, "on_error = $on_error";
        ok $daemon->wait_log(qr/lock 127\.0\.0\.1: Permission denied/), 'and a line in the log';
        SG::finish();
    }
};

subtest 'A full file system is remarked, and harms nothing else.' => sub {
    my $dir = lock_dir(0);
    my $mount = "mount -t tmpfs -o nr_inodes=1 locks '$dir' && exec \"\$0\" \"\$@\"";
    my $daemon = relay($dir, wrap => [ 'unshare', '-m', 'sh', '-c', $mount ]);
    like send_evil($daemon), qr/^550 /, 'the message is refused';
    $daemon->wait_log(qr{LOCK:FAILED file=\Q$dir\E/127\.0\.0\.1, error=No space left on device$}m);
    like banner($daemon), qr/^220 /, 'without a lock the client gets in';
    SG::finish();
};

subtest 'Links are not followed.' => sub {
    my $dir = lock_dir($nobody);
    my $target = SG::Conf::write_file(SG::tempdir() . '/target', "mine\n");
    symlink $target, "$dir/127.0.0.1";
    chown 0, 0, $target;
    system 'chown', '-h', $nobody, "$dir/127.0.0.1";
    my $daemon = relay($dir, core => { set_user => 'nobody' });
    is banner($daemon), '421 4.7.0 proxy.test Locked', 'the link counts for itself';
    SG::finish();
};

subtest 'The directory is the same behind a chroot.' => sub {
    my $dir = lock_dir(0);
    my $root = SG::tempdir();
    mkdir "$root/spool";
    # The leak check wants /proc, which is not there.
    my %env = (ASAN_OPTIONS => join ':', $ENV{ASAN_OPTIONS} // (), 'detect_leaks=0');
    my $daemon = relay($dir,
        core => { chroot_path => $root, spool_path => "$root/spool" }, env => \%env);
    like send_evil($daemon), qr/^550 /, 'the message is refused';
    ok -e "$dir/127.0.0.1", 'the lock is where the file says';
    SG::finish();
};

done_testing;
