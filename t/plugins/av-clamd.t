# av-clamd with a real clamd, asked in every way it can be.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Clamd;
use SG::Signatures;

SG::need('clamd');

my $clamd = SG::Clamd->start(StreamMaxLength => '1M');
my $mta = SG::MTA->start;
my $tcp = '127.0.0.1:' . $clamd->port;
my $found = '550 5.7.1 proxy.test Malware found (SG.Eicar.UNOFFICIAL)';
my $infected = SG::Signatures::attachment(SG::Signatures::eicar());

sub relay ($options, %opt) {
    return SG::Daemon->start(
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '60-av-clamd'  => { socket => $clamd->socket, %$options },
        ],
        %opt);
}

# Closed at once, so that the daemon need not wait for us when it ends.
sub leave (@clients) { $_->quit, $_->close for @clients }

sub greet ($daemon) { return SG::Client->connect($daemon->port)->hello }

# The reply to one message, in a session of its own.
sub verdict ($daemon, $message) {
    my $c = greet($daemon);
    my $reply = $c->mail($message);
    leave($c);
    return $reply;
}

# A subtest per way of cutting: what is streamed depends on it.
sub in_pieces ($title, $body) {
    for my $cut (undef, 'random') {
        local $SG::Pieces::CUT = $cut;
        subtest "$title [" . ($cut // 'whole') . ']' => sub { $body->(); SG::Daemon->finish_all };
    }
    return;
}

for my $way ({ method => 'fildes' }, { method => 'instream' }, { method => 'path' },
    { method => 'instream', socket => $tcp }, { method => 'fildes', keep => 0 },
    { method => 'instream', keep => 0 }) {
    my $name = join ', ', map { "$_ = $way->{$_}" } reverse sort keys %$way;
    in_pieces "Clean mail passes and infected mail does not, $name." => sub {
        my $daemon = relay($way);
        my $before = () = $mta->messages;
        my $c = greet($daemon);
        like $c->mail(SG::Signatures::harmless()), qr/^250 /, 'clean';
        like $c->mail(SG::Signatures::harmless(100_000)), qr/^250 /, 'clean and longer, same session';
        like $c->mail(''), qr/^250 /, 'empty';
        is $c->mail($infected), $found, 'EICAR in an attachment';
        like $c->cmd('NOOP'), qr/^250 /, 'the proxy plays the server then';
        like $c->quit, qr/^221 /, 'to the end';
        is verdict($daemon, SG::Signatures::harmless() . SG::Signatures::marker() . "\r\n"),
            $found =~ s/Eicar/Marker/r, 'another find';
        is scalar(() = $mta->messages), $before + 3, 'the server has the clean ones only';
        my $size = length SG::Signatures::harmless();
        $daemon->wait_log(qr/SCAN:CLEAN size=$size, time=\d+, src=127\.0\.0\.1, ident=$/m);
        $size = length $infected;
        $daemon->wait_log(
            qr/SCAN:VIRUS size=$size, time=\d+, src=127\.0\.0\.1, ident=, virus=SG\.Eicar\.UNOFFICIAL$/m);
    };
}

subtest 'A find is an event, which locks the client out.' => sub {
    my $dir = SG::tempdir();
    chmod 01777, $dir;
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed'  => { server => '127.0.0.1', port => $mta->port },
        '30-lock-files' => { path => $dir, local => 'yes' },
        '60-av-clamd'   => { socket => $clamd->socket, message => 'Not this' },
    ]);
    like verdict($daemon, $infected), qr/^550 5\.7\.1 proxy\.test Not this \(SG\.Eicar/, 'found';
    like(SG::Client->connect($daemon->port)->banner, qr/^421 .*locked out/, 'and locked out');
    open(my $lock, '<', "$dir/127.0.0.1") or die "no lock: $!";
    is scalar(<$lock>) =~ s/\n//r, 'SG.Eicar.UNOFFICIAL', 'with the name of the find';
    SG::Daemon->finish_all;
};

for my $method ('fildes', 'instream') {
    subtest "No first line makes the scanner blind, $method." => sub {
        my $daemon = relay({ method => $method });
        my @tar = map { 'X-Filler: ' . '.' x $_ . 'ustar' x 60 } 0 .. 4;    # one is at offset 257
        for my $first ('MZ: x', 'GIF89a: x', '%PDF-1.4: x', 'Rar!: x', 'From a Sat Jan  3 01:05:34 1996', @tar) {
            my $message = SG::Signatures::attachment(SG::Signatures::eicar(), $first);
            like verdict($daemon, $message), qr/^550 .*SG\.Eicar/, substr($first, 0, 20);
        }
        my $split = $infected =~ s/Here it is\./Here\r\n\r\nFrom a Sat Jan  3 01:05:34 1996\r\n\r\nit is./r;
        like verdict($daemon, $split), qr/^550 .*SG\.Eicar/, 'a line that would begin the next mail of a mailbox';
        SG::Daemon->finish_all;
    };

    subtest "Mail beyond max_size is passed unscanned, if it may, $method." => sub {
        my $daemon = relay({ method => $method, max_size => 50_000, too_large => 'pass' });
        my $long = $infected . SG::Signatures::harmless(50_000);
        like verdict($daemon, $long), qr/^250 /, 'too large';
        my $size = length $long;
        $daemon->wait_log(qr/SCAN:SKIPPED size=$size, src=127\.0\.0\.1, ident=$/m);
        my $c = greet($daemon);
        $c->cmd('MAIL FROM:<a@client.test> SIZE=60000');
        $c->cmd('RCPT TO:<b@server.test>');
        $c->cmd('DATA');
        is $c->data($infected), $found, 'a declared size is not believed';
        leave($c);
        SG::Daemon->finish_all;
    };
}

subtest 'What is longer than StreamMaxLength is too large.' => sub {
    my $long = SG::Signatures::harmless(3_000_000);
    my $daemon = relay({ method => 'instream', on_error => 'pass' });
    my $c = greet($daemon);
    is $c->mail($long), '552 5.3.4 proxy.test Message too large to be scanned', 'so it is refused';
    like $c->cmd('NOOP'), qr/^250 /, 'and the session goes on';
    leave($c);
    my $size = length $long;
    $daemon->wait_log(qr/SCAN:TOO_LARGE size=$size, src=127\.0\.0\.1, ident=, limit=0$/m);
    unlike $daemon->log, qr/SCAN:AGAIN/, 'it is not tried twice';
    SG::Daemon->finish_all;

    $daemon = relay({ method => 'instream', too_large => 'pass' });
    $c = greet($daemon);
    like $c->mail($long), qr/^250 /, 'unless it may pass';
    is $c->mail($infected), $found, 'which is for this message only';
    leave($c);
    SG::Daemon->finish_all;
    like verdict(relay({ method => 'fildes' }), $long), qr/^250 /, 'a descriptor has no such limit';
    SG::Daemon->finish_all;
};

subtest 'Many at once get each their own verdict.' => sub {
    for my $method ('fildes', 'instream') {
        my $daemon = relay({ method => $method });
        my @clients = map { greet($daemon) } 1 .. 24;
        $_->envelope for @clients;
        my @infected = grep { $_ % 3 == 0 } 0 .. $#clients;
        my %infected = map { $_ => 1 } @infected;
        for my $i (0 .. $#clients) {
            my $message = SG::Signatures::harmless(30_000 + $i * 1000);
            $message .= SG::Signatures::marker() . "\r\n" if $infected{$i};
            $clients[$i]->send_raw("$message.\r\n");
        }
        my @refused = grep { $clients[$_]->reply =~ /^550 / } 0 .. $#clients;
        is_deeply \@refused, \@infected, $method;
        leave(@clients);
        SG::Daemon->finish_all;
    }
};

subtest 'One client, one after the other, gets the same.' => sub {
    for my $method ('fildes', 'instream', 'path') {
        my $daemon = relay({ method => $method, per_client => 1 }, core => { workers => 2 });
        my @clients = map { greet($daemon) } 1 .. 9;
        $_->envelope for @clients;
        my @letters = map { $_ % 3 ? SG::Signatures::harmless(500_000) : $infected } 0 .. $#clients;
        $clients[$_]->send_raw("$letters[$_].\r\n") for 0 .. $#clients;
        is_deeply [ map { substr $_->reply, 0, 3 } @clients ], [ map { $_ % 3 ? 250 : 550 } 0 .. $#clients ], $method;
        like $daemon->log, qr/SCAN:WAITS src=127\.0\.0\.1, ident=$/m, 'having waited' if $method eq 'instream';
        leave(@clients);
        SG::Daemon->finish_all;
    }
};

subtest 'A client may leave while its mail is scanned.' => sub {
    for my $method ('fildes', 'instream') {
        my $daemon = relay({ method => $method, max_size => 0 });
        for my $left ("the middle\r\n", "the end\r\n.\r\n") {
            my $c = greet($daemon);
            $c->envelope;
            $c->send_raw(SG::Signatures::harmless(900_000) . $left);
            $c->reset;
        }
        is verdict($daemon, $infected), $found, "others do not notice, $method";
        SG::Daemon->finish_all;
    }
};

subtest 'A descriptor over TCP is refused before it is tried.' => sub {
    my $error = eval { relay({ socket => $tcp, method => 'fildes' }, may_fail => 1); '' } // $@;
    like $error, qr/60-av-clamd\.conf/, 'the file is named';
    like $error, qr/'method'.*only a UNIX socket can carry, and socket is \Q$tcp\E: use instream/, 'and why';
};

done_testing;
