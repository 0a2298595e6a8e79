# A whole session with a real Postfix: what it offers is there and works, and a
# message arrives as it was sent.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Postfix;

SG::Postfix::need();
my $postfix = SG::Postfix->start(message_size_limit => 1_000_000);
my $d = SG::Daemon->start(
    plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $postfix->port } ]);

sub letter ($name) {
    return join "\r\n", 'From: a@client.test', 'To: b@server.test', "Subject: $name",
        'Date: Thu, 1 Jan 2026 00:00:00 +0000', "Message-ID: <$name\@client.test>", '',
        "Gr\xfc\xdfe \xe2\x82\xac", '.', '..', '.a dot', 'x' x 900, "\t trailing blanks \t ", '', "end of $name", '';
}

# Postfix puts its own header fields in front, and keeps lines by LF.
sub arrived ($name) {
    my $message = $postfix->wait_delivered(qr/^end of $name$/m);
    $message =~ s/\A.*?^(?=From: )//ms;
    is $message =~ s/\n/\r\n/gr, letter($name), "$name: every byte has arrived";
    return;
}

sub greet () { return SG::Client->connect($d->port)->hello }

subtest 'What Postfix offers is offered.' => sub {
    my $c = greet();
    my @words = $c->{ehlo} =~ /^250[- ](\w+)/mg;
    is_deeply [sort @words[1 .. $#words]],
        [sort qw(PIPELINING SIZE VRFY ETRN ENHANCEDSTATUSCODES 8BITMIME DSN SMTPUTF8 CHUNKING)], 'all of it';
    like $c->{ehlo}, qr/^250[- ]SIZE 1000000$/m, 'SIZE as it is';
    like $c->cmd('MAIL FROM:<a@client.test> SIZE=2000000'), qr/^552 5\.3\.4 /, 'which is held to';
    like $c->quit, qr/^221 /, 'to the end';
};

subtest 'PIPELINING, 8BITMIME and SIZE' => sub {
    my $c = greet();
    my $size = length letter('pipelined');
    my @replies = $c->pipeline("MAIL FROM:<a\@client.test> BODY=8BITMIME SIZE=$size",
        'RCPT TO:<b@server.test>', 'RCPT TO:<nobody@nowhere.server.test', 'RCPT TO:<c@server.test>', 'DATA');
    is join(' ', map { substr $_, 0, 3 } @replies), '250 250 501 250 354', 'five replies in their order';
    $c->send_raw((letter('pipelined') =~ s/^\./../mgr) . ".\r\nMAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\nDATA\r\n");
    is join(' ', map { substr scalar($c->reply), 0, 3 } 1 .. 4), '250 250 250 354', 'the next transaction came with the end of data';
    like $c->data(letter('second')), qr/^250 2\.0\.0 Ok: queued as /, 'its message';
    like $c->quit, qr/^221 /, 'the end';
    arrived('pipelined');
    arrived('second');
};

subtest 'CHUNKING' => sub {
    my $c = greet();
    $c->cmd($_) for 'MAIL FROM:<a@client.test> BODY=8BITMIME', 'RCPT TO:<b@server.test>';
    my $rest = letter('chunked');
    for my $n (1, 200, 7) {
        my $chunk = substr $rest, 0, $n, '';
        $c->send_raw("BDAT $n\r\n$chunk");
        like $c->reply, qr/^250 /, "a chunk of $n";
    }
    $c->send_raw('BDAT ' . length($rest) . " LAST\r\n$rest");
    like $c->reply, qr/^250 2\.0\.0 Ok: .*queued as /, 'the last chunk';
    like $c->quit, qr/^221 /, 'the end';
    arrived('chunked');
};

subtest 'DSN' => sub {
    my $c = greet();
    like $c->cmd('MAIL FROM:<dsn@client.test> BODY=8BITMIME RET=HDRS ENVID=QQ314159'), qr/^250 /, 'RET and ENVID';
    like $c->cmd('RCPT TO:<b@server.test> NOTIFY=SUCCESS ORCPT=rfc822;origin@server.test'), qr/^250 /, 'NOTIFY and ORCPT';
    like $c->cmd('DATA'), qr/^354 /, 'DATA';
    like $c->data(letter('notified')), qr/^250 /, 'the message';
    arrived('notified');
    my $notice = $postfix->wait_delivered(qr/^Original-Envelope-Id: QQ314159$/m, 'client');
    like $notice, qr/^Original-Recipient: rfc822;\s*origin\@server\.test$/m, 'a notification names the recipient';
    like $notice, qr/^Action: delivered$/m, 'and the success';
};
done_testing;
