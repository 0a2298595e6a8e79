# In 1.4 a body that came before the 354 went unscanned.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A body sent with its DATA is checked.' => sub {
    my ($c, $mta) = SG::relay(verdict => { end => 'reject if MARKER' });
    $c->hello;
    $c->send_raw("MAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\nDATA\r\nMARKER\r\n.\r\n");
    like $c->reply, qr/^$_/, "reply $_" for 250, 250, 354, 550;
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'not delivered';
};
