# In 1.4 MAIL, RCPT and DATA pipelined behind the dot were taken for body: the
# second message went unscanned.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A second message in the same packet as the first is checked.' => sub {
    my ($c, $mta) = SG::relay(verdict => { end => 'reject if MARKER' });
    $c->hello->envelope;
    $c->send_raw("one\r\n.\r\nMAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\nDATA\r\nMARKER\r\n.\r\n");
    like $c->reply, qr/^$_/, "reply $_" for 250, 250, 250, 354, 550;
    $mta->wait_end;
    is_deeply [ map { $_->{body} } $mta->messages ], ["one\r\n"], 'only the first is delivered';
};
