# One mail, looked at by dnsbl with three lists, by spf, and by two scanners.  What
# stands at one place of the session runs side by side there.  Shown by order, not by
# clocks: every question is out before the first answer comes.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;
use SG::Peer;
use POSIX ();

my @patient = (patience => '50s', timeout => '60s');

# A scanner that tells a FIFO that it was asked, and answers when another lets it.
sub scanner ($asked, $gate) {
    return SG::Peer->start(sub ($connection) {
        SG::Peer::read_until($connection, qr/\0\0\0\0\z/) // return;
        open my $out, '>', $asked or return;
        print {$out} "asked\n";
        close $out;
        open my $in, '<', $gate or return;
        readline $in;
        print {$connection} "stream: OK\0";
    });
}

sub fifo () {
    my $path = SG::tempdir() . '/fifo';
    POSIX::mkfifo($path, 0600) or die "$path: $!";
    return $path;
}

SG::dialogue 'dnsbl with three lists, spf and two scanners make one mail wait for the slowest.' => sub ($cut) {
    my $dns = SG::DNS->start(
        sub ($type, $name) { $type eq 'TXT' ? 'v=spf1 ip4:192.0.2.1 -all' : 'nothing' }, hold => 1);
    my ($first, $second, $gate_1, $gate_2) = map { fifo() } 1 .. 4;
    my @scanners = (scanner($first, $gate_1), scanner($second, $gate_2));
    my @clamd = map { { socket => $_->at, method => 'instream', keep => 0, timeout => '60s' } } @scanners;
    my ($c, $mta, $daemon) = SG::relay(plugins => [
        '45-dnsbl' => { zones => [ 'one.test', 'two.test', 'three.test' ], nameservers => [ $dns->at ],
            skip_authenticated => 'yes', @patient },
        '55-spf' => { check => 'fixed', ip => '192.0.2.1', nameservers => [ $dns->at ], @patient },
        '60-av-clamd' => $clamd[0], '61-av-clamd@second' => $clamd[1],
    ]);
    $c->hello;
    $c->send_line('MAIL FROM:<a@client.test>');
    is_deeply [ sort $dns->wait_questions(4) ],
        [ sort(map { "A 1.0.0.127.$_.test" } 'one', 'two', 'three'), 'TXT client.test' ],
        'at MAIL all four questions are out, and none is answered';
    $dns->release($_) for 'TXT', 'three', 'one', 'two';
    like $c->reply, qr/^250 /, 'MAIL passes when the last has its answer';
    like $c->cmd('RCPT TO:<b@server.test>'), qr/^250 /, 'RCPT';
    like $c->cmd('DATA'), qr/^354 /, 'DATA';
    $c->send_raw("Subject: hello\r\n\r\nhello\r\n.\r\n");
    for my $asked ($second, $first) {
        open my $in, '<', $asked or die "$asked: $!";
        is readline($in), "asked\n", 'a scanner has the message, and none has answered';
    }
    for my $gate ($gate_2, $gate_1) {
        is scalar($mta->messages), 0, 'the message is not complete at the server';
        open my $out, '>', $gate or die "$gate: $!";
        print {$out} "go\n";
        close $out;
    }
    like $c->reply, qr/^250 /, 'it passes when the last has answered';
    is scalar($mta->messages), 1, 'and is there';
};
