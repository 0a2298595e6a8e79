# The test library itself: the toy MTA and the client talk to each other, with
# no daemon between them, and a stand-in for the daemon is started and stopped.
use v5.36;
use FindBin;
use lib $FindBin::Bin;
use IO::Socket::IP;
use Socket qw(AF_INET AF_INET6 SOCK_STREAM);
use Test::More;
use SG;

# Runs one part in the three ways a dialogue has.
sub part ($title, $body) {
    for my $cut (undef, 'random', 1) {
        local $SG::Pieces::CUT = $cut;
        subtest "$title [" . ($cut // 'whole') . ']' => $body;
        SG::MTA->finish_all;
    }
    return;
}

sub talk (%script) {
    my $mta = SG::MTA->start(%script);
    return ($mta, SG::Client->connect($mta->port));
}

part 'The client and the MTA speak SMTP.' => sub {
    my ($mta, $c) = talk();
    $c->hello;
    like $c->{ehlo}, qr/^250-PIPELINING$/m, 'EHLO has its keywords';
    like $c->mail("Subject: x\r\n\r\n.dot\r\n..two\r\n"), qr/^250 /, 'the message is taken';
    like $c->quit, qr/^221/, 'QUIT is answered';
    is $c->closed, 'eof', 'and the connection closed';
    my ($m) = $mta->messages;
    is $m->{body}, "Subject: x\r\n\r\n.dot\r\n..two\r\n", 'the body is unstuffed';
    is $m->{raw}, "Subject: x\r\n\r\n..dot\r\n...two\r\n.\r\n", 'and kept as it came';
    is_deeply $m->{rcpts}, ['b@server.test'], 'recipients are noted';
    is $mta->wait_end, 'quit', 'the reason of the end is noted';
};

part 'An empty message is one.' => sub {
    my ($mta, $c) = talk();
    $c->hello->envelope;
    like $c->data(''), qr/^250/, 'its dot is the first byte';
    is +($mta->messages)[0]{body}, '', 'and it has none';
};

my %LOOK_ALIKE = (
    'LF.LF' => "\n.\n", 'LF.CRLF' => "\n.\r\n", 'CRLF.LF' => "\r\n.\n",
    'CR.CR' => "\r.\r", 'CR.CRLF' => "\r.\r\n", 'CRLF.CR' => "\r\n.\rx",
);

part 'A strict MTA is not deceived, a lenient one is.' => sub {
    for my $name (sort keys %LOOK_ALIKE) {
        my $bytes = "one$LOOK_ALIKE{$name}two\r\n.\r\n";
        for my $lenient (0, 1) {
            my ($mta, $c) = talk(lenient => $lenient);
            $c->hello->envelope;
            $c->send_raw($bytes);
            like $c->reply, qr/^250/, "$name: the message is taken";
            my ($m) = $mta->messages;
            is $m->{raw} eq $bytes, !$lenient, $lenient ? 'too early' : 'at its own end';
            $mta->stop;
        }
    }
};

part 'BDAT is counted.' => sub {
    my ($mta, $c) = talk();
    $c->hello;
    $c->pipeline('MAIL FROM:<a@x> BODY=BINARYMIME', 'RCPT TO:<b@y>');
    $c->send_raw("BDAT 8\r\n\0\r\n.\r\n\xff\0BDAT 3 LAST\r\nabcNOOP\r\n");
    like $c->reply, qr/^250/, "reply $_" for 1 .. 3;
    my ($m) = $mta->messages;
    is $m->{body}, "\0\r\n.\r\n\xff\0abc", 'any byte may be in it';
    is_deeply $m->{chunks}, [ 'BDAT 8', 'BDAT 3 LAST' ], 'chunks are noted';
    is $m->{how}, 'BDAT', 'and how it came';
};

part 'A refused chunk spoils the message until RSET.' => sub {
    my ($mta, $c) = talk(reply => { BDAT => '554 no' });
    $c->hello;
    $c->pipeline('MAIL FROM:<a@x>', 'RCPT TO:<b@y>');
    $c->send_raw("BDAT 5\r\nNOOP\nBDAT 0 LAST\r\n");
    like $c->reply, qr/^554/, 'refused';
    like $c->reply, qr/^554/, 'spoilt';
    is scalar(() = $mta->messages), 0, 'nothing was taken';
};

part 'Replies are scripted, in turn, by code and not at all.' => sub {
    my ($mta, $c) = talk(refuse => qr/bad/, reply => {
        MAIL => [ '451 later', '250 ok' ], NOOP => sub ($s, $line) { "250 I heard $line" },
        VRFY => undef, HELP => "214-a\n214 b", EXPN => \"250 raw\r\n",
    });
    $c->hello;
    like $c->cmd('MAIL FROM:<a@x>'), qr/^451/, 'first';
    like $c->cmd('MAIL FROM:<a@x>'), qr/^250/, 'then';
    like $c->cmd('RCPT TO:<bad@x>'), qr/^550/, 'refused';
    is $c->cmd('NOOP x'), '250 I heard NOOP x', 'code';
    is $c->cmd('HELP'), "214-a\n214 b", 'several lines';
    is $c->cmd('EXPN x'), '250 raw', 'raw';
    $c->send_line('VRFY x', 'RSET');
    is $c->reply, '250 2.0.0 OK', 'silence is none';
};

part 'Held replies wait, and what is behind them too.' => sub {
    my ($mta, $c) = talk(holds => ['MAIL']);
    $c->hello;
    $c->send_line('MAIL FROM:<a@x>', 'NOOP');
    $mta->wait_command(qr/NOOP/);
    is $c->rest, '', 'nothing came';
    $mta->release('MAIL');
    like $c->reply, qr/^250 2.1.0/, 'then it does';
    like $c->reply, qr/^250 2.0.0/, 'in order';
};

part 'AUTH PLAIN and LOGIN let the right ones in.' => sub {
    my ($mta, $c) = talk(users => { joe => 'secret' });
    $c->hello;
    like $c->cmd('AUTH PLAIN AGpvZQBzZWNyZXQ='), qr/^235/, 'PLAIN with initial response';
    is $mta->session->{user}, 'joe', 'noted';
    like $c->cmd('AUTH PLAIN'), qr/^334/, 'PLAIN with a challenge';
    like $c->cmd('AGpvZQB3cm9uZw=='), qr/^535/, 'and the wrong password';
    like $c->cmd('AUTH LOGIN'), qr/^334 VXNlcm5hbWU6/, 'LOGIN';
    like $c->cmd('am9l'), qr/^334 UGFzc3dvcmQ6/, 'asks twice';
    like $c->cmd('c2VjcmV0'), qr/^235/, 'and lets in';
    like $c->cmd('AUTH LOGIN'), qr/^334/, 'again';
    like $c->cmd('*'), qr/^501/, 'cancelled';
};

part 'Behind STARTTLS is a tunnel.' => sub {
    my ($mta, $c) = talk(with => ['STARTTLS']);
    $c->hello;
    like $c->cmd('STARTTLS'), qr/^220/, 'it goes ahead';
    $c->send_raw("\x16\x03\0\r\n\xff");
    is $c->bytes(6), "\x16\x03\0\r\n\xff", 'and says what it hears';
    is $mta->session->{tunnel}, "\x16\x03\0\r\n\xff", 'and notes it';
};

part 'XCLIENT begins anew, with a banner of several lines.' => sub {
    my ($mta, $c) = talk(banner => "220-one\n220 two");
    is $c->banner, "220-one\n220 two", 'the banner';
    is $c->cmd('XCLIENT ADDR=192.0.2.1'), "220-one\n220 two", 'again';
    is $mta->session->{xclient}, 'XCLIENT ADDR=192.0.2.1', 'noted';
};

my %FAULTS = (
    accept => { close => 'eof', reset => 'reset' }, banner => { close => 'eof', 'half-close' => 'eof' },
    ehlo => { reset => 'reset' }, mail => { close => 'eof' }, data => { 'half-close' => 'eof' },
    body => { reset => 'reset', close => 'eof' }, dot => { reset => 'reset', close => 'eof' },
);

part 'Faults come where they were ordered.' => sub {
    for my $stage (sort keys %FAULTS) {
        for my $what (sort keys %{ $FAULTS{$stage} }) {
            my ($mta, $c) = talk(fault => { $stage => $what });
            $c->send_line('EHLO x', 'MAIL FROM:<a@x>', 'RCPT TO:<b@y>', 'DATA', 'x', '.');
            like $mta->wait_end, qr/^(?:reset|close|half-close)$/, "$stage $what: MTA";
            eval { 1 while defined $c->line };
            ok $c->{gone}, 'and the client sees it';
            $mta->stop;
        }
    }
};

part 'A hung MTA hears and says nothing, a garbled one says nonsense.' => sub {
    my ($mta, $c) = talk(fault => { noop => 'hang', rset => 'garbage', help => 'half' });
    $c->hello;
    $c->send_line('RSET');
    is $c->bytes(10), "\xff\0hello?\r\n", 'nonsense';
    $c->send_line('NOOP', 'EHLO y');
    my $sent = "EHLO client.test\r\nRSET\r\nNOOP\r\nEHLO y\r\n";
    SG::wait_for { ($mta->summary)[0]{bytes} == length $sent } 10, 'all bytes';
    is_deeply [ @{ $mta->session->{commands} } ], [ 'EHLO client.test', 'RSET', 'NOOP' ], 'deaf to the rest';
    is $c->rest, '', 'and mute';
};

part 'The MTA speaks and leaves when told.' => sub {
    my ($mta, $c) = talk();
    $c->hello;
    $mta->say("421 out of turn\r\n");
    is $c->reply, '421 out of turn', 'it speaks';
    $mta->hangup('shut');
    is $c->closed, 'eof', 'it half-closes';
    $c->send_line('NOOP');
    $mta->wait_command(qr/NOOP/);
    $mta->hangup('reset');
    $c->send_line('NOOP');
    is $mta->wait_end, 'reset', 'it leaves';
};

part 'A half-closed client still gets its replies.' => sub {
    my ($mta, $c) = talk(holds => ['NOOP']);
    $c->hello;
    $c->send_line('NOOP');
    $c->shut;
    SG::wait_for { ($mta->summary)[0]{half} } 10, 'the half-close';
    $mta->release('NOOP');
    like $c->reply, qr/^250/, 'the reply';
    is $c->closed, 'eof', 'then the end';
    is $mta->wait_end, 'peer eof', 'noted';
};

part 'A megabyte goes both ways intact.' => sub {
    my ($mta, $c) = talk(with => ['STARTTLS']);
    $c->hello->cmd('STARTTLS');
    my $bytes = join '', map { pack 'N', $_ * 2654435761 & 0xffffffff } 1 .. 262144;
    $c->send_raw($bytes);
    ok $c->bytes(length $bytes) eq $bytes, 'as it was';
};

subtest 'Cutting loses nothing.' => sub {
    for my $n (0, 1, 2, 63, 1200, 1201, 5000, 100_000) {
        my $bytes = 'x' x $n;
        is join('', SG::Pieces::cut($bytes, $_)), $bytes, "$n, " . ($_ // 'whole') for undef, 'random', 1;
    }
    is scalar(() = SG::Pieces::cut('abc', 1)), 3, 'single bytes are single';
};

subtest 'A wait that is in vain dies and says for what.' => sub {
    ok !eval { SG::wait_for { 0 } 0.01, 'Godot' }, 'dies';
    like $@, qr/Godot/, 'and says';
    my $value = SG::wait_for { 7 } 0.01, 'nothing';
    is $value, 7, 'else returns the value';
    my ($mta) = talk(fault => { accept => 'hang' });
    my $c = SG::Client->connect($mta->port, timeout => 0.05);
    ok !eval { $c->banner }, 'so does a read';
    is $c->closed, '', 'and closed() is false';
};

subtest 'Configuration is quoted.' => sub {
    is SG::Conf::text({ a => 5, b => "it's \\d", c => [ 1, 2 ] }),
        "a = '5'\nb = 'it\\'s \\\\d'\nc = {'1', '2'}\n", 'strings and lists';
    is SG::Conf::text(\'as it is'), 'as it is', 'text is as it is';
};

# A program that announces itself as the daemon does, and does nothing else.
my $STAND_IN = <<'PROGRAM';
#!/usr/bin/perl
use v5.36;
use IO::Socket::UNIX;
use Socket;
my $to = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $ENV{NOTIFY_SOCKET});
my ($go, $hups) = (1, 0);
$SIG{TERM} = sub { $go = 0 };
$SIG{HUP} = sub { $hups++; send($to, "RELOADING=1\n", 0); send($to, "READY=1\n", 0) };
say STDERR "args @ARGV";
exit 3 if $ENV{FAIL};
my $child = fork();
if (!$child) { sleep 1 while getppid() != 1; exit }
send($to, "READY=1\nSTATUS=here\n", 0);
while ($go) { select(undef, undef, undef, 0.01) }
kill 'KILL', $child;
say STDERR 'TERM it was';
PROGRAM

subtest 'The daemon is started, told, and ended.' => sub {
    local $ENV{SG_BUILD} = SG::tempdir();
    SG::Conf::write_file("$ENV{SG_BUILD}/smtp-gated", $STAND_IN);
    chmod 0755, "$ENV{SG_BUILD}/smtp-gated";
    my $d = SG::Daemon->start(core => { timeout_idle => 5 },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1' }, '20-raw' => \'# raw' ]);
    like $d->log, qr/args -f \Q${\$d->conf}\E/, 'it is told its file';
    ok -e $d->dir . "/conf.d/$_.conf", "$_ is there" for '10-nat-fixed', '20-raw';
    SG::wait_for { 1 == $d->keeper_pids } 10, 'its child';
    $d->hup;
    pass 'HUP waits until it is ready again';
    ok $d->port > 1023, 'it has a port';
    is $d->stop, 0, 'it ends well';
    like $d->log, qr/TERM it was/, 'by TERM';
    ok !eval { SG::Daemon->start(env => { FAIL => 1 }, may_fail => 1) }, 'one that fails is noticed';
    like $@, qr/exited 768/, 'at once, with its status';
};

subtest 'A port that is taken goes to nobody but a server that asks for it.' => sub {
    my ($port, $other) = (SG::Port::take(), SG::Port::take());
    isnt $port, $other, 'the next one is another';
    for my $host ('127.0.0.1', IO::Socket::IP->new(LocalHost => '::1', Listen => 1) ? '::1' : ()) {
        my @at = (LocalHost => $host, LocalPort => $port);
        ok !IO::Socket::IP->new(@at, Type => SOCK_STREAM), "whoever gets any port does not get it: $host";
        ok !SG::Port::_hold($host =~ /:/ ? AF_INET6 : AF_INET, SOCK_STREAM, $port), 'nor does who takes one';
        ok +IO::Socket::IP->new(@at, Listen => 1, ReuseAddr => 1), 'a server does';
    }
    my $socket = IO::Socket::IP->new(PeerAddr => SG::Port::nobody(), Proto => 'udp');
    $socket->send('question');
    ok !defined $socket->recv(my $answer, 100), 'where nobody is, nobody answers';
    ok $!{ECONNREFUSED}, 'and that is told';
};

done_testing;
