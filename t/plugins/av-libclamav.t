# The ClamAV engine inside the daemon, with two signatures of our own.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Compress::Zip qw(zip $ZipError);
use Test::More;
use SG;
use SG::Signatures;

SG::need(SG::build_dir() . '/plugins/.libs/av-libclamav.so');

my $mta = SG::MTA->start;
my $database = SG::Signatures::database();
my $found = '550 5.7.1 proxy.test Malware found (SG.Eicar.UNOFFICIAL)';
my $infected = SG::Signatures::attachment(SG::Signatures::eicar());

# For builds with the leak checker.
my %env = (LSAN_OPTIONS => 'print_suppressions=0:suppressions=' . SG::src_dir() . '/t/plugins/libclamav.supp');

sub relay ($options = {}, %opt) {
    return SG::Daemon->start(
        env     => \%env,
        plugins => [
            '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
            '60-av-libclamav' => { database => $database, %$options },
        ],
        %opt);
}

sub greet ($daemon) { return SG::Client->connect($daemon->port)->hello }

# Closed at once, so that the daemon need not wait for us when it ends.
sub leave (@clients) { $_->quit, $_->close for @clients }

sub verdict ($daemon, $message) {
    my $c = greet($daemon);
    my $reply = $c->mail($message);
    leave($c);
    return $reply;
}

sub zipped (%files) {
    my $zip;
    my $writer = IO::Compress::Zip->new(\$zip) or die $ZipError;
    my $first = 1;
    for my $name (sort keys %files) {
        $writer->newStream(Name => $name) if !$first;
        $writer->print($files{$name});
        $first = 0;
    }
    $writer->close;
    return $zip;
}

for my $cut (undef, 'random') {
    local $SG::Pieces::CUT = $cut;
    subtest 'Clean mail passes and infected mail does not [' . ($cut // 'whole') . ']' => sub {
        my $daemon = relay();
        $daemon->wait_log(qr/SCAN:DATABASE signatures=2, path=\Q$database\E, plugin=\d+-av-libclamav$/m);
        my $before = () = $mta->messages;
        my $c = greet($daemon);
        like $c->mail(SG::Signatures::harmless()), qr/^250 /, 'clean';
        like $c->mail(SG::Signatures::harmless(2_000_000)), qr/^250 /, 'clean and long, same session';
        like $c->mail(''), qr/^250 /, 'empty';
        is $c->mail($infected), $found, 'EICAR in an attachment';
        like $c->cmd('NOOP'), qr/^250 /, 'the proxy plays the server then';
        leave($c);
        is verdict($daemon, "Subject: x\r\n\r\n" . SG::Signatures::eicar() . "\r\n"), $found, 'EICAR as it is';
        is verdict($daemon, SG::Signatures::harmless(2_000_000) . SG::Signatures::marker() . "\r\n"),
            $found =~ s/Eicar/Marker/r, 'at the end of a long one';
        like verdict($daemon, SG::Signatures::attachment(zipped(a => 'x', b => SG::Signatures::marker()))),
            qr/^550 .*SG\.Marker/, 'in an archive';
        is scalar(() = $mta->messages), $before + 3, 'the server has the clean ones only';
        my $size = length $infected;
        $daemon->wait_log(
            qr/SCAN:VIRUS size=$size, time=\d+, src=127\.0\.0\.1, ident=, virus=SG\.Eicar\.UNOFFICIAL$/m);
        $size = length SG::Signatures::harmless();
        $daemon->wait_log(qr/SCAN:CLEAN size=$size, time=\d+, src=127\.0\.0\.1, ident=$/m);
        SG::Daemon->finish_all;
    };
}

subtest 'No first line makes the scanner blind.' => sub {
    my $daemon = relay();
    my @tar = map { 'X-Filler: ' . '.' x $_ . 'ustar' x 60 } 0 .. 4;    # one is at offset 257
    for my $first ('MZ: x', 'GIF89a: x', '%PDF-1.4: x', 'Rar!: x', 'From a Sat Jan  3 01:05:34 1996', @tar) {
        my $message = SG::Signatures::attachment(SG::Signatures::eicar(), $first);
        like verdict($daemon, $message), qr/^550 .*SG\.Eicar/, substr($first, 0, 20);
    }
    my $split = $infected =~ s/Here it is\./Here\r\n\r\nFrom a Sat Jan  3 01:05:34 1996\r\n\r\nit is./r;
    like verdict($daemon, $split), qr/^550 .*SG\.Eicar/, 'a line that would begin the next mail of a mailbox';
    SG::Daemon->finish_all;
};

subtest 'Mail beyond max_size is passed unscanned, if it may.' => sub {
    my $daemon = relay({ max_size => 50_000, too_large => 'pass' });
    my $long = $infected . SG::Signatures::harmless(50_000);
    like verdict($daemon, $long), qr/^250 /, 'too large';
    my $size = length $long;
    $daemon->wait_log(qr/SCAN:SKIPPED size=$size, src=127\.0\.0\.1, ident=$/m);
    is verdict($daemon, $infected), $found, 'small enough';
    SG::Daemon->finish_all;
};

subtest 'One that is too long to be copied for the scanner is read as it goes.' => sub {
    my $daemon = relay({ max_size => 0 });
    my $long = SG::Signatures::harmless(17_000_000);
    like verdict($daemon, $long), qr/^250 /, 'clean';
    is verdict($daemon, $long . SG::Signatures::marker() . "\r\n"), $found =~ s/Eicar/Marker/r, 'infected at its end';
    SG::Daemon->finish_all;
};

subtest 'What is beyond a limit is neither clean nor infected.' => sub {
    my %files = map { $_ => "file $_" } 1 .. 50;
    my $nested = 'x';
    $nested = zipped(inner => $nested) for 1 .. 10;
    my @cases = (
        [ { max_files => 20 }, zipped(%files), 'MaxFiles' ],
        [ { max_recursion => 5 }, $nested, 'MaxRecursion' ],
        [ { max_scansize => '1M' }, zipped(large => "\0" x 5_000_000), 'MaxScanSize' ],
    );
    for my $case (@cases) {
        my ($limit, $file, $name) = @$case;
        my $message = SG::Signatures::attachment($file);
        my $daemon = relay({ %$limit, on_error => 'pass' });
        my $c = greet($daemon);
        is $c->mail($message), '550 5.6.0 proxy.test Message cannot be scanned', "$name: it is refused";
        like $c->cmd('NOOP'), qr/^250 /, 'the session goes on';
        leave($c);
        $daemon->wait_log(qr/SCAN:UNSCANNABLE .*result=not scanned to the end, .*Heuristics\.Limits\.Exceeded\.$name/);
        SG::Daemon->finish_all;
        $daemon = relay({ %$limit, on_unscannable => 'pass' });
        like verdict($daemon, $message), qr/^250 /, 'passed, if it may';
        is verdict($daemon, $infected), $found, 'which finds are not';
        SG::Daemon->finish_all;
        like verdict(relay(), $message), qr/^250 /, 'within the default limits it is clean';
        SG::Daemon->finish_all;
    }
};

subtest 'Many at once get each their own verdict.' => sub {
    my $daemon = relay({}, core => { workers => 2 });
    my @clients = map { greet($daemon) } 1 .. 30;
    $_->envelope for @clients;
    my %infected = map { $_ => 1 } grep { $_ % 3 == 0 } 0 .. $#clients;
    for my $i (0 .. $#clients) {
        my $message = SG::Signatures::harmless(30_000 + $i * 1000);
        $message .= SG::Signatures::marker() . "\r\n" if $infected{$i};
        $clients[$i]->send_raw("$message.\r\n");
    }
    my @refused = grep { $clients[$_]->reply =~ /^550 / } 0 .. $#clients;
    is_deeply \@refused, [ sort { $a <=> $b } keys %infected ], 'the marked ones are refused';
    leave(@clients);
    SG::Daemon->finish_all;
};

# What takes a while to scan: archives within each other, many files each.
sub slow () {
    my $file = join '', map { chr(33 + int rand 90) } 1 .. 20_000;
    return SG::Signatures::attachment(zipped(map { $_ => "$_ $file" x 20 } 1 .. 40));
}

subtest 'A client may leave while its mail is scanned.' => sub {
    my $daemon = relay();
    my $slow = slow();
    for (1 .. 6) {
        my $c = greet($daemon);
        $c->envelope;
        $c->send_raw("$slow.\r\n");
        $c->reset;
    }
    is verdict($daemon, $infected), $found, 'others do not notice';
    SG::wait_for { $daemon->status =~ m{^Children: 0/}m } 10, 'the sessions to be over';
    SG::Daemon->finish_all;
};

subtest 'A scan that comes too late is dropped.' => sub {
    my $daemon = relay({ timeout => '10ms', on_error => 'pass', max_scantime => '60s' });
    my $slow = slow();
    my $c = greet($daemon);
    like $c->mail($slow), qr/^250 /, 'passed, as errors are to be ignored';
    $daemon->wait_log(qr/SCAN:TIMEOUT size=\d+, time=\d+, src=127\.0\.0\.1, ident=, result=the scan had not ended/);
    like $c->mail($slow), qr/^250 /, 'and the next one in the session, too';
    leave($c);
    SG::Daemon->finish_all;
    unlike $daemon->log, qr/SCAN:(?:CLEAN|VIRUS|FAILED)/, 'nothing is made of the verdict';
};

subtest 'It scans as another user, behind a chroot, if tmpdir is inside.' => sub {
    plan skip_all => 'needs root' if $> != 0;
    my ($inside, $name) = (SG::tempdir(), "/sg-tmp-$$");
    my %opt = (
        core => { chroot_path => $inside, set_user => 'nobody', spool_path => '/' },
        env  => { ASAN_OPTIONS => 'detect_leaks=0' },    # the leak checker needs /proc
    );
    mkdir $name and chmod 01777, $name;
    my $error = eval { relay({ tmpdir => $name }, %opt, may_fail => 1); '' } // $@;
    like $error, qr/SCAN:TMPDIR path=\Q$name\E, result=No such file or directory: .*must be inside/, 'it is not';
    mkdir "$inside$name" and chmod 01777, "$inside$name";
    my $daemon = eval { relay({ tmpdir => $name }, %opt) };
    is $daemon && verdict($daemon, $infected), $found, 'it is' or diag $@;
    rmdir $name;
    SG::Daemon->finish_all;
};

subtest 'New signatures come with a reload, bad ones do not.' => sub {
    my $extra = SG::Signatures::database();
    my $daemon = relay({ database => $extra });
    my $message = "Subject: x\r\n\r\nnot yet known\r\n";
    my $c = greet($daemon);
    like verdict($daemon, $message), qr/^250 /, 'nothing is known of it';
    SG::Conf::write_file("$extra/new.ndb", SG::Signatures::signature('SG.New', 'not yet known'));
    $daemon->hup;
    like verdict($daemon, $message), qr/^550 .*SG\.New/, 'known after a reload';
    like $daemon->status, qr/^Counter:  3 \(60-av-libclamav signatures\)$/m, 'the status has their number';
    like $daemon->status, qr/^Counter:  [1-9]\d{9} \(60-av-libclamav database_time\)$/m, 'and their age';
    like $c->mail($message), qr/^250 /, 'an older session has the older signatures';
    leave($c);
    SG::Conf::write_file("$extra/new.ndb", "nonsense\n");
    $daemon->hup(wait => 0);
    $daemon->wait_log(qr/option 'database': .*\Q$extra\E: Malformed database/);
    like verdict($daemon, $message), qr/^550 .*SG\.New/, 'a bad database changes nothing';
    SG::Daemon->finish_all;
};

subtest 'Nobody need ask for that reload: the database is looked at.' => sub {
    my $extra = SG::Signatures::database();
    local $ENV{SG_WISH_MS} = 500;
    my $daemon = relay({ database => $extra, look_every => '300ms' });
    my $message = "Subject: x\r\n\r\nnot yet known\r\n";
    my $c = greet($daemon);
    like verdict($daemon, $message), qr/^250 /, 'nothing is known of it';
    SG::Conf::write_file("$extra/tmp.new", 'not a database yet');
    SG::Conf::write_file("$extra/new.ndb", SG::Signatures::signature('SG.New', 'not yet known'));
    $daemon->wait_log(qr/RELOAD:ASKED reason=the signatures have changed, plugin=60-av-libclamav$/m, 20);
    SG::wait_for { verdict($daemon, $message) =~ /^550 .*SG\.New/ } 30, 'the new generation';
    pass 'known soon';
    like $c->mail($message), qr/^250 /, 'an older session goes on';
    leave($c);
    SG::Conf::write_file("$extra/new.ndb", "nonsense\n");
    $daemon->wait_log(qr/option 'database': .*\Q$extra\E: Malformed database/, 20);
    like verdict($daemon, $message), qr/^550 .*SG\.New/, 'a bad database changes nothing';
    SG::Conf::write_file("$extra/new.ndb", SG::Signatures::signature('SG.Newer', 'not yet known'));
    SG::wait_for { verdict($daemon, $message) =~ /^550 .*SG\.Newer/ } 30, 'the one after the bad one';
    pass 'the next good one is loaded';
    SG::Daemon->finish_all;
};

subtest 'What cannot work is refused before it is tried.' => sub {
    my $empty = SG::tempdir();
    my @cases = (
        [ { database => $empty }, qr/'database'.*\Q$empty\E/ ],
        [ { database => '/nonexistent' }, qr/'database'.*nonexistent/ ],
        [ { tmpdir => '/nonexistent' }, qr/'tmpdir'.*nonexistent: No such file or directory/ ],
        [ { tmpdir => "$database/sg.ndb" }, qr/'tmpdir'.*is not a directory/ ],
    );
    for my $case (@cases) {
        my ($options, $complaint) = @$case;
        my $error = eval { relay($options, may_fail => 1); '' } // $@;
        like $error, $complaint, join ' ', %$options;
    }
};

done_testing;
