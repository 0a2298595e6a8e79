# What a clamd that hangs, lies or dies does to mail: 4xx within the time there
# is, or a pass where errors are to be ignored, and nothing else.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;
use SG::Signatures;

my $mta = SG::MTA->start;
my $small = SG::Signatures::harmless();
my $large = SG::Signatures::harmless(2_000_000);

# Long enough for what answers, short for what never does; for what the plugin's own
# patience ends, longer than that.
my %short = (timeout => 1 * SG::patience() . 's', patience => 10 * SG::patience() . 's');
my %patient = (timeout => 5 * SG::patience() . 's', patience => 1 * SG::patience() . 's');

sub relay ($options) {
    return SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '60-av-clamd'  => { max_size => 0, %short, %$options },
    ]);
}

# What a command looks like when it is whole.
my $whole = qr/zFILDES\0\0|\0\0\0\0\z/;

# Reads one request, and says this in answer; then waits for the end.
sub says ($answer) {
    return sub ($connection) {
        SG::Peer::read_until($connection, $whole) // return;
        print {$connection} $answer;
        SG::Peer::hang($connection);
    };
}

sub dies_after ($bytes) {
    return sub ($connection) {
        my $got = '';
        while (length $got < $bytes) { sysread($connection, $got, 4096, length $got) or return }
    };
}

# [what it does, code, what the log says of it, only with this method]
my @faults = (
    [ 'hangs', \&SG::Peer::hang, qr/TIMEOUT .*had not answered/ ],
    [ 'closes at once', sub ($connection) { }, qr/FAILED .*(?:closed the connection|Connection reset|Broken pipe)/ ],
    [ 'closes without an answer', sub ($connection) { SG::Peer::read_until($connection, $whole) },
        qr/FAILED .*closed the connection without an answer/ ],
    [ 'gives half an answer', sub ($connection) {
            SG::Peer::read_until($connection, $whole);
            print {$connection} '1: stream: O';
        }, qr/FAILED .*closed the connection in the middle of its answer/ ],
    [ 'stops in its answer', says('1: stream: O'), qr/TIMEOUT .*had not answered/ ],
    [ 'says nothing, in form', says("\0"), qr/FAILED .*an answer that is none: $/m ],
    [ 'talks nonsense', says("\x80\x01weird\nthing\0"), qr/FAILED .*an answer that is none/ ],
    [ 'says OK to something else', says("stream: OK\0"), qr/FAILED .*an answer that is none: stream: OK/ ],
    [ 'says OK and more', says("1: stream: OK but\0"), qr/FAILED .*an answer that is none/ ],
    [ 'says two things', says("1: stream: OK\0" . "2: stream: OK\0"), qr/FAILED .*went on after the end/ ],
    [ 'does not stop', says('x' x 100_000), qr/FAILED .*its answer is too long/ ],
    [ 'reports an error', says("1: stream: Can't allocate memory ERROR\0"),
        qr/FAILED .*clamd reports 1: stream: Can't allocate memory ERROR/ ],
    [ 'had no time', says("1: stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND\0"),
        qr/FAILED .*did not look at everything/ ],
    [ 'dies in the stream', dies_after(200_000), qr/FAILED .*(?:closed the connection|Connection reset|Broken pipe)/,
        'instream' ],
    [ 'takes no bytes', sub ($connection) { sleep 60 }, qr/TIMEOUT .*does not take what is sent/, 'instream' ],
    [ 'answers before the end', sub ($connection) {
            sysread $connection, my $some, 100;
            print {$connection} "1: stream: OK\0";
            SG::Peer::hang($connection);
        }, qr/FAILED .*answered before it had the whole message/, 'instream' ],
);

sub temporary ($c, $daemon, $message, $log) {
    like $c->mail($message), qr/^4\d\d 4\.\d\.\d proxy\.test /, 'the client shall come again';
    like $c->cmd('NOOP'), qr/^250 /, 'the session goes on';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^421 /, 'as with any refused message';
    ok $daemon->wait_log(qr/SCAN:$log/), 'the log says why';
    return;
}

sub ignored ($c, $message) {
    like $c->mail($message), qr/^250 /, 'passed, if errors are to be ignored';
    like $c->mail($message), qr/^250 /, 'and the next one in the session, too';
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
    for my $method ($only // ('fildes', 'instream')) {
        subtest "A clamd that $title, asked by $method" => sub {
            my $peer = SG::Peer->start($behaviour);
            faulty($peer->at, $method, $only ? $large : $small, $log);
            $peer->stop;
        };
    }
}

subtest 'No clamd at all' => sub {
    faulty(SG::Peer->nobody, 'fildes', $small, qr/FAILED .*No such file or directory/);
    my $gone = SG::Peer->start(\&SG::Peer::hang);
    my $at = $gone->at;
    $gone->stop;
    faulty($at, 'fildes', $small, qr/FAILED .*Connection refused/);
    my $tcp = SG::Peer->start(\&SG::Peer::hang, tcp => 1);
    $at = $tcp->at;
    $tcp->stop;
    faulty($at, 'instream', $small, qr/FAILED .*Connection refused/);
};

# A UNIX socket with a full backlog says EAGAIN, and nothing when there is room.
subtest 'A clamd that does not accept' => sub {
    my $peer = SG::Peer->start(\&SG::Peer::hang, backlog => 1, accepts => 0);
    my @full = map { IO::Socket::UNIX->new(Peer => $peer->at, Timeout => 1) } 1 .. 2;
    faulty($peer->at, 'fildes', $small, qr/TIMEOUT .*does not accept the connection/);
    $peer->stop;
};

# clamd ends streams that stand still; the message is whole all the same.
subtest 'A stream that broke once is sent again.' => sub {
    my $flag = SG::tempdir() . '/broke';
    my $peer = SG::Peer->start(sub ($connection) {
        if (!-e $flag) {
            sysread $connection, my $some, 100;
            open my $out, '>', $flag;
            return;
        }
        my $request = SG::Peer::read_until($connection, $whole) // return;
        my $marked = index($request, SG::Signatures::marker()) >= 0;
        print {$connection} $marked ? "1: stream: Whole FOUND\0" : "1: stream: OK\0";
        SG::Peer::hang($connection);
    });
    my $daemon = relay({ socket => $peer->at, method => 'instream', timeout => 20 * SG::patience() . 's' });
    my $c = greet($daemon);
    $c->envelope;
    $c->send_raw(SG::Signatures::marker() . "\r\n" . $large);
    SG::wait_for { -e $flag } 10, 'the stream to break';
    $c->send_raw("$large.\r\n");
    like $c->reply, qr/^550 .*\(Whole\)/, 'the second time from its beginning';
    $c->quit;
    $c->close;
    $daemon->wait_log(qr/SCAN:AGAIN src=127\.0\.0\.1, ident=, result=\S+: (?:closed|Connection reset|Broken pipe)/);
    SG::Daemon->finish_all;
};

done_testing;
