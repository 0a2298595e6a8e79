# What a scanner calls infected or spam is refused, however odd its answer is: also
# where errors are to be ignored.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Clamd;
use SG::Peer;
use SG::Signatures;

my $mta = SG::MTA->start;
my $mail = SG::Signatures::harmless();
my $long = SG::Signatures::harmless(2_000_000);

# The reply to a message, where this plugin asks a peer that behaves so.
sub verdict ($file, $options, $behaviour, $message = $mail) {
    my $peer = SG::Peer->start($behaviour);
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        $file => { socket => $peer->at, on_error => 'pass', max_size => 0, %$options },
    ]);
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail($message);
    $c->quit;
    $c->close;
    SG::Daemon->finish_all;
    $peer->stop;
    return $reply;
}

sub says ($whole, $answer, $then = \&SG::Peer::hang) {
    return sub ($connection) {
        SG::Peer::read_until($connection, $whole) // return;
        print {$connection} $answer;
        $connection->flush;
        $then->($connection);
    };
}

sub leaves ($connection) { return }

# It objects in the middle of the message, and takes no more of it.
sub objects ($answer) {
    return sub ($connection) {
        sysread $connection, my $some, 100;
        print {$connection} $answer;
        shutdown $connection, 1;
        SG::Peer::hang($connection);
    };
}

my $asked = qr/zFILDES\0\0|\0\0\0\0\z/;
my @finds = (
    [ 'with a blank in its name', says($asked, "1: stream: Two Words FOUND\0"), '(Two?Words)' ],
    [ 'with a control byte in its name', says($asked, "1: stream: A\x01B\x9f FOUND\0"), '(A?B?)' ],
    [ 'without a name', says($asked, "1: stream:  FOUND\0"), '(unnamed)' ],
    [ 'without the number of a session', says($asked, "stream: Bare FOUND\0"), '(Bare)' ],
    [ 'with a line end', says($asked, "1: stream: Line FOUND\n\0"), '(Line)' ],
    [ 'beside an OK', says($asked, "1: stream: OK\n1: stream: Beside FOUND\0"), '(Beside)' ],
    [ 'behind an answer', says($asked, "1: stream: OK\0001: stream: Behind FOUND\0"), '(Behind)' ],
    [ 'before the connection breaks', says($asked, '1: stream: Broken FOUND', \&leaves), '(Broken)' ],
);
for my $find (@finds) {
    my ($title, $behaviour, $name) = @$find;
    for my $method ('fildes', 'instream') {
        is verdict('60-av-clamd', { method => $method }, $behaviour),
            "550 5.7.1 proxy.test Malware found $name", "clamd finds something $title, $method";
    }
}
is verdict('60-av-clamd', { method => 'instream' }, objects("1: stream: Early FOUND\0"), $long),
    '550 5.7.1 proxy.test Malware found (Early)', 'clamd finds something before it has the whole message';

my $sent = qr/boy\.\r\n\z/;
my $ok = "SPAMD/1.1 0 EX_OK\r\n";
my @scores = (
    [ 'and then goes on', "${ok}Spam: True ; 15.2 / 5.0\r\n\r\nbecause of this\r\n" ],
    [ 'twice, once a low one', "${ok}Spam: False ; 1 / 5\r\nSpam: True ; 15.2 / 5.0\r\n\r\n" ],
    [ 'and breaks off', "${ok}Spam: True ; 15.2 / 5" ],
    [ 'with a decimal comma', "${ok}Spam: True ; 15,2 / 5,0\r\n\r\n" ],
    [ 'with an error', "SPAMD/1.0 70 EX_SOFTWARE\r\nSpam: True ; 15.2 / 5.0\r\n\r\n" ],
    [ 'behind a NUL', "$ok\0\r\nSpam: True ; 15.2 / 5.0\r\n\r\n" ],
    [ 'and too much besides', "${ok}Spam: True ; 15.2 / 5.0\r\n\r\n" . 'x' x 5000 ],
);
my $spam = '550 5.7.1 proxy.test Message marked as SPAM, denied [15.200000]';
for my $score (@scores) {
    my ($title, $answer) = @$score;
    for my $method ('whole', 'stream') {
        is verdict('65-as-spamd', { method => $method }, says($sent, $answer, \&leaves)), $spam,
            "spamd gives a high score $title, $method";
    }
}
is verdict('65-as-spamd', { method => 'stream' }, objects("${ok}Spam: True ; 15.2 / 5.0\r\n\r\n"), $long),
    $spam, 'spamd gives a high score before it has the whole message';

subtest 'A real clamd has names with blanks, too.' => sub {
    plan skip_all => 'there is no clamd' if !grep { -x "$_/clamd" } split(/:/, $ENV{PATH}), '/usr/sbin';
    my $database = SG::Signatures::database(SG::Signatures::signature('SG.Two Words', 'twowords'));
    my $clamd = SG::Clamd->start(DatabaseDirectory => $database);
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '60-av-clamd'  => { socket => $clamd->socket, on_error => 'pass' },
    ]);
    my $c = SG::Client->connect($daemon->port)->hello;
    is $c->mail("Subject: x\r\n\r\ntwowords\r\n"),
        '550 5.7.1 proxy.test Malware found (SG.Two?Words.UNOFFICIAL)', 'a find';
    $daemon->wait_log(qr/SCAN:VIRUS .*virus=SG\.Two\?Words\.UNOFFICIAL$/m);
    $c->quit;
    SG::Daemon->finish_all;
};

done_testing;
