# Exim remembers what was offered, and sends all of a message with its EHLO
# (PIPECONNECT): whether chunks are understood is known when the reply is there.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A chunk that is pipelined with its EHLO waits for the reply to it.' => sub {
    my ($c, $mta) = SG::relay();
    $c->banner;
    $c->send_raw("EHLO client.test\r\nMAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\n"
            . "BDAT 9 LAST\r\na letter\nQUIT\r\n");
    my @codes = map { substr($c->reply, 0, 3) } 1 .. 5;
    is "@codes", '250 250 250 250 221', 'taken';
    is_deeply [ map { $_->{body} } $mta->messages ], ["a letter\n"], 'whole';
};
