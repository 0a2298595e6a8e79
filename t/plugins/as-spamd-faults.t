# What a spamd that hangs, lies or dies does to mail: what on_error says within the
# time there is, and nothing else; what is said to it, to the byte.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;

my $mta = SG::MTA->start;
my $small = "Subject: hello\r\n\r\nWe said Tuesday.\r\n";
my $large = $small . ('.' . 'x' x 70 . "\r\n") x 30_000;

# Long enough for what answers, short for what never does; for what the plugin's own
# patience ends, longer than that.
my %short = (timeout => 1 * SG::patience() . 's', patience => 10 * SG::patience() . 's');
my %patient = (timeout => 5 * SG::patience() . 's', patience => 1 * SG::patience() . 's');

sub relay ($options, @more) {
    return SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '65-as-spamd'  => { max_size => 0, %short, %$options },
        @more,
    ]);
}

# One request, whole: what stands before the message, and the message.
sub request ($connection) {
    my $bytes = '';
    while ($bytes !~ /\r\n\r\n/) { sysread($connection, $bytes, 65536, length $bytes) or return }
    my ($head, $message) = split /\r\n\r\n/, $bytes, 2;
    1 while sysread $connection, $message, 65536, length $message;
    return ($head, $message);
}

sub says ($answer) {
    return sub ($connection) {
        request($connection);
        print {$connection} $answer;
    };
}

my $ok = "SPAMD/1.1 0 EX_OK\r\n";
my $clean = "${ok}Spam: False ; 1.5 / 5.0\r\n\r\n";

# [what it does, what the log says of it, only with this method]
my @faults = (
    [ 'takes all and says nothing', sub ($connection) { request($connection); sleep 60 },
        qr/TIMEOUT .*had not answered/ ],
    [ 'closes at once', sub ($connection) { },
        qr/FAILED .*(?:closed the connection|Connection reset|Broken pipe)/ ],
    [ 'closes without an answer', says(''), qr/FAILED .*closed the connection without an answer/ ],
    [ 'stops in its answer', sub ($connection) { request($connection); print {$connection} $ok; sleep 60 },
        qr/TIMEOUT .*had not answered/ ],
    [ 'gives no score', says($ok), qr/FAILED .*an answer that is none/ ],
    [ 'gives half a score', says("${ok}Spam: True ; 15"), qr/FAILED .*an answer that is none/ ],
    [ 'gives a score that is none', says("${ok}Spam: False ; nan / 5.0\r\n\r\n"),
        qr/FAILED .*an answer that is none/ ],
    [ 'gives two scores', says("${ok}Spam: False ; 1 / 5\r\nSpam: True ; 6 / 5\r\n\r\n"),
        qr/FAILED .*an answer that is none/ ],
    [ 'hides a NUL', says("$clean\0"), qr/FAILED .*an answer that is none/ ],
    [ 'talks nonsense', says("\x80\x01weird\nthing"), qr/FAILED .*an answer that is none/ ],
    [ 'speaks HTTP', says("HTTP/1.1 400 Bad Request\r\n\r\n"), qr/FAILED .*an answer that is none: HTTP/ ],
    [ 'goes on behind an answer that is long', says($ok . 'X: ' . 'x' x 16_332 . "\r\nSpam: False ; 1.5 / 5.0\r\n\r\nSpam: True ; 6 / 5"),
        qr/FAILED .*its answer is too long/ ],
    [ 'does not stop', says('x' x 100_000), qr/FAILED .*its answer is too long/ ],
    [ 'has no time', says("SPAMD/1.0 75 Service Unavailable: too busy\r\n"),
        qr/FAILED .*spamd reports SPAMD\/1\.0 75 Service Unavailable: too busy/ ],
    [ 'gives a score with an error', says("SPAMD/1.0 70 EX_SOFTWARE\r\nSpam: False ; 1 / 5\r\n\r\n"),
        qr/FAILED .*spamd reports SPAMD\/1\.0 70 EX_SOFTWARE/ ],
    [ 'answers before the end', sub ($connection) {
            sysread $connection, my $some, 100;
            print {$connection} $clean;
            shutdown $connection, 1;
            sleep 60;    # were the rest read, it could not be seen that it came later
        }, qr/FAILED .*answered before it had the whole message/, 'whole' ],
    [ 'takes no bytes of a stream', sub ($connection) { sleep 60 },
        qr/AGAIN .*does not take what is sent(?s:.*)SPAM:TIMEOUT/, 'stream' ],
);

sub temporary ($c, $daemon, $message, $log) {
    like $c->mail($message), qr/^4\d\d 4\.\d\.\d proxy\.test /, 'the client shall come again';
    like $c->cmd('NOOP'), qr/^250 /, 'the session goes on';
    like $c->quit, qr/^221 /, 'to its end';
    ok $daemon->wait_log(qr/SPAM:$log/), 'the log says why';
    return;
}

sub ignored ($c, $message) {
    like $c->mail($message), qr/^250 /, 'passed, with on_error = pass';
    like $c->mail($message), qr/^250 /, 'and the next one in the session, too';
    like $c->quit, qr/^221 /, 'to its end';
    return;
}

sub greet ($daemon) { return SG::Client->connect($daemon->port)->hello }

sub faulty ($at, $method, $message, $log) {
    my %options = (socket => $at, method => $method);
    %options = (%options, %patient) if $log =~ /does not/;
    my $delivered = () = $mta->messages;
    my $daemon = relay(\%options);
    temporary(greet($daemon), $daemon, $message, $log);
    is scalar(() = $mta->messages), $delivered, 'nothing is delivered';
    SG::Daemon->finish_all;
    $daemon = relay({ %options, on_error => 'pass' });
    ignored(greet($daemon), $message);
    SG::Daemon->finish_all;
    return;
}

for my $fault (@faults) {
    my ($title, $behaviour, $log, $only) = @$fault;
    for my $method ($only // ('whole', 'stream')) {
        subtest "A spamd that $title, $method" => sub {
            my $peer = SG::Peer->start($behaviour);
            my $long = $title =~ /before the end|no bytes/;
            faulty($peer->at, $method, $long ? $large : $small, $log);
            $peer->stop;
        };
    }
}

subtest 'No spamd at all' => sub {
    faulty(SG::Peer->nobody, 'whole', $small, qr/FAILED .*No such file or directory/);
    my $gone = SG::Peer->start(\&SG::Peer::hang, tcp => 1);
    my $at = $gone->at;
    $gone->stop;
    faulty($at, 'stream', $small, qr/FAILED .*Connection refused/);
};

# Writes what it was told into a folder, a file per request, and answers.
sub recorder ($answer) {
    my $dir = SG::tempdir();
    chmod 0777, $dir;
    my $peer = SG::Peer->start(sub ($connection) {
        my ($head, $message) = request($connection);
        my $name = "$dir/" . sprintf '%d', $$;
        SG::Conf::write_file("$name.head", $head // '');
        SG::Conf::write_file("$name.message", $message // '');
        print {$connection} $answer;
    });
    return ($peer, sub ($part) { join "\n--\n", map { slurp($_) } glob "$dir/*.$part" });
}

sub slurp ($file) {
    open(my $in, '<:raw', $file) or die "$file: $!";
    local $/;
    return scalar <$in>;
}

# What we put before the message; the number and the date are not ours to know.
my $day = qr/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/;
my $trace = qr/X-Envelope-From:\ <a\@client\.test>\r\n
    Received:\ from\ client\.test\ \(unknown\ \[127\.0\.0\.1\]\)\r\n
    \tby\ proxy\.test\ \(smtp-gated\)\ with\ E?SMTP\ id\ \d+\.\d+;\r\n\t$day\r\n/x;
my %head = (
    whole  => qr/^CHECK SPAMC\/1\.2\r\nContent-length: (\d+)$/,
    stream => qr/^CHECK SPAMC\/1\.2()$/,
);
for my $method (sort keys %head) {
    subtest "What spamd is told, $method" => sub {
        my ($peer, $told) = recorder($clean);
        my $daemon = relay({ socket => $peer->at, method => $method });
        like greet($daemon)->mail($large), qr/^250 /, 'the message passes';
        like $told->('head'), $head{$method}, 'the request';
        my ($length) = $told->('head') =~ $head{$method};
        my $message = $told->('message');
        is $length, length $message, 'its length' if $method eq 'whole';
        like substr($message, 0, 250), qr/^$trace/, 'who the client is';
        ok $message =~ s/^$trace//r eq $large, 'the message as it is, dots and all';
        is +($mta->messages)[-1]{body}, $large, 'which the server gets without that';
        $daemon->wait_log(qr/SPAM:CLEAN size=${\ length $large}, .*, score=1\.500000$/m);
        SG::Daemon->finish_all;
        $peer->stop;
    };
}

subtest 'A stream that broke once is sent again.' => sub {
    my $flag = SG::tempdir() . '/broke';
    my $peer = SG::Peer->start(sub ($connection) {
        if (!-e $flag) {
            sysread $connection, my $some, 100;
            open my $out, '>', $flag;
            return;
        }
        my ($head, $message) = request($connection);
        my $score = $head =~ /^Content-length: 2/m && $message =~ /\AX-Envelope-From: .*\r\nReceived: .*\r\n\t.*\r\n\t.*\r\nSubject/ ? '20.5' : '0';
        print {$connection} "${ok}Spam: False ; $score / 5.0\r\n\r\n";
    });
    my $daemon = relay({ socket => $peer->at, method => 'stream' });
    my $c = greet($daemon);
    $c->envelope;
    $c->send_raw($small);
    SG::wait_for { -e $flag } 10, 'the stream to break';
    $c->send_raw(($large =~ s/^\./../gmr) . ".\r\n");
    like $c->reply, qr/^550 .* \[20\.500000\]$/, 'the second time from its beginning';
    $daemon->wait_log(qr/SPAM:AGAIN src=127\.0\.0\.1, ident=, result=\S+: /);
    SG::Daemon->finish_all;
    $peer->stop;
};

done_testing;
