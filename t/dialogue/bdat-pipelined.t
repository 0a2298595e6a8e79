# RFC 3030, 4.2: chunks may be sent without waiting.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A whole transaction in chunks goes in one batch.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $c->send_raw("MAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\nBDAT 5\r\n\r\n.\r\nBDAT 3\r\nabc"
            . "BDAT 4 LAST\r\nNOOPRSET\r\nNOOP\r\n");
    like $c->reply, qr/^250/, "reply $_" for 1 .. 5;
    like $c->reply, qr/^250 2.0.0 OK/, "reply $_" for 6, 7;
    is +($mta->messages)[0]{body}, "\r\n.\r\nabcNOOP", 'the message';
    is_deeply [ @{ $mta->session->{commands} }[ -2, -1 ] ], [ 'RSET', 'NOOP' ], 'and what stood behind it';
};
