# BDAT before MAIL or RCPT: refused, and its bytes are bytes all the same.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A chunk outside a transaction is refused and swallowed.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $c->send_raw("BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nRSET\r\nNOOP\r\n");
    like $c->reply, qr/^5\d\d/, 'the chunk';
    like $c->reply, qr/^5\d\d/, 'the last chunk';
    like $c->reply, qr/^250/, 'the session is in step';
    is scalar(() = $mta->messages), 0, 'no message';
};
