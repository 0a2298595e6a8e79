# Body bytes that came early, and then DATA is refused: they must not be read as
# commands, and nothing tells where they end.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Body bytes behind a refused DATA are never taken for commands.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['DATA'], reply => { DATA => '554 5.5.0 no' } });
    $c->hello;
    $c->send_raw("MAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\nDATA\r\n"
            . "MAIL FROM:<smuggled\@client.test>\r\nhello\r\n.\r\n");
    $mta->wait_command(qr/^DATA/);
    $mta->release('DATA');
    like $c->reply, qr/^$_/, "reply $_" for 250, 250, 554;
    like $c->reply, qr/^421/, 'then 421';
    ok $c->closed, 'and the end';
    ok !(grep { /smuggled|hello/ } @{ $mta->session->{commands} }), 'the server saw none of it';
};
