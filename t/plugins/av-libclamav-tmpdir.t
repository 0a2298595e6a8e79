# libclamav unpacks in a directory of the worker's own; where that cannot be, in the
# next place, with a line in the log.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Path qw(remove_tree);
use Test::More;
use SG;
use SG::Signatures;

SG::need(SG::build_dir() . '/plugins/.libs/av-libclamav.so');

my $mta = SG::MTA->start;
my $database = SG::Signatures::database();
my $infected = SG::Signatures::attachment(SG::Signatures::eicar());
my $found = '550 5.7.1 proxy.test Malware found (SG.Eicar.UNOFFICIAL)';
my %env = (LSAN_OPTIONS => 'print_suppressions=0:suppressions=' . SG::src_dir() . '/t/plugins/libclamav.supp');

sub relay ($options = {}, %opt) {
    $opt{env} = { %env, %{ $opt{env} // {} } };
    return SG::Daemon->start(
        plugins => [
            '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
            '60-av-libclamav' => { database => $database, %$options },
        ],
        %opt);
}

sub verdict ($daemon, $message) {
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail($message);
    $c->quit;
    $c->close;
    return $reply;
}

sub owned ($dir) { return grep { -d && (stat)[4] == $> } glob "$dir/smtp-gated-*" }

sub tmp () {
    my $dir = SG::tempdir() . '/tmp';
    mkdir $dir;
    chmod 01777, $dir;
    return $dir;
}

# What is logged of it; of all workers, one says it.
sub said ($daemon) { return join "\n", $daemon->log =~ /SCAN:TMPDIR (.*), plugin=\d+-av-libclamav$/mg }

subtest 'Each worker has a directory of its own, which nobody else reads.' => sub {
    my $dir = tmp();
    my $daemon = relay({ tmpdir => $dir }, core => { workers => 2 });
    is verdict($daemon, $infected), $found, 'it scans';
    my @own = owned($dir);
    is scalar @own, 2, 'two workers, two directories';
    is_deeply [ map { sprintf '%o', (stat)[2] & 07777 } @own ], [ ('700') x 2 ], 'theirs alone';
    SG::Daemon->finish_all;
    is_deeply [ glob "$dir/*" ], [], 'nothing stays';
    is said($daemon), '', 'and nothing is said';
};

subtest 'What a crashed worker left is removed, once nobody can be using it.' => sub {
    my $dir = tmp();
    mkdir "$dir/smtp-gated-$_" for qw(aaaaaa bbbbbb);
    mkdir "$dir/smtp-gated-aaaaaa/inner";
    SG::Conf::write_file("$dir/smtp-gated-aaaaaa/inner/file", 'x');
    my $old = time - 3600;
    utime $old, $old, "$dir/smtp-gated-aaaaaa";
    my $daemon = relay({ tmpdir => $dir });
    ok !-e "$dir/smtp-gated-aaaaaa", 'an old one, and all in it';
    ok -e "$dir/smtp-gated-bbbbbb", 'a new one stays';
    SG::Daemon->finish_all;
};

subtest 'When it is gone, the next place is used.' => sub {
    my $dir = tmp();
    my $daemon = relay({ tmpdir => $dir }, core => { workers => 2 });
    is verdict($daemon, $infected), $found, 'while it is there';
    remove_tree($dir);
    is verdict($daemon, $infected), $found, 'and then' for 1 .. 4;
    like said($daemon), qr{^path=\Q$dir\E, result=No such file or directory: libclamav unpacks in (?:/dev/shm|/tmp)$},
        'one line says so';
    SG::Daemon->finish_all;
};

subtest 'Where it cannot be written, the next place is used from the start.' => sub {
    plan skip_all => 'needs root' if $> != 0;
    my $dir = tmp();
    chmod 0755, $dir;
    my $daemon = relay({ tmpdir => $dir }, core => { set_user => 'nobody', workers => 2 });
    is verdict($daemon, $infected), $found, 'it scans';
    like said($daemon), qr{^path=\Q$dir\E, result=cannot be written: libclamav unpacks in \S+$}, 'one line says so';
    SG::Daemon->finish_all;
};

subtest 'When it is full, the next place is used until there is room again.' => sub {
    plan skip_all => 'needs root' if $> != 0;
    my $dir = SG::tempdir();
    system("mount -t tmpfs -o size=32m tmpfs $dir") == 0 or plan skip_all => 'needs to mount';
    my $daemon = eval { relay({ tmpdir => $dir }) };
    my @replies = map { $_->() } sub { verdict($daemon, $infected) },
        sub { SG::Conf::write_file("$dir/full", 'x' x 20_000_000); verdict($daemon, $infected) },
        sub { unlink "$dir/full"; verdict($daemon, $infected) };
    SG::Daemon->finish_all;
    system("umount $dir");
    is_deeply \@replies, [ ($found) x 3 ], 'it scans all the time';
    like said($daemon), qr{^path=\Q$dir\E, result=no room for temporary files: libclamav unpacks in \S+\npath=\Q$dir\E, result=libclamav unpacks there again$},
        'a line for each change';
};

subtest 'With no room anywhere a scan is an error, even of what might be clean.' => sub {
    plan skip_all => 'needs root' if $> != 0;
    my ($inside, $name) = (SG::tempdir(), "/sg-tmp-$$");
    mkdir $name;
    mkdir "$inside$name";
    system("mount -t tmpfs -o size=1m,mode=1777 tmpfs $inside$name") == 0 or plan skip_all => 'needs to mount';
    my %opt = (core => { chroot_path => $inside, spool_path => '/' }, env => { ASAN_OPTIONS => 'detect_leaks=0' });
    my $reply = eval { verdict(relay({ tmpdir => $name }, %opt), SG::Signatures::harmless()) } // $@;
    SG::Daemon->finish_all;
    system("umount $inside$name");
    rmdir $name;
    like $reply, qr/^4\d\d /, 'the client shall come again';
};

done_testing;
