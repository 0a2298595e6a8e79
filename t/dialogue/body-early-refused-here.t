# See body-early-refused-data.t; here it is the relay that refuses DATA.  Bytes that come
# when the refusal has been said are commands: nobody can tell them from others.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Body bytes behind a DATA that the relay refuses are never taken for commands.' => sub {
    for my $refused ('without MAIL', 'by a check') {
        my ($c, $mta) = SG::relay($refused eq 'by a check' ? (verdict => { data => 'reject' }) : ());
        $c->hello;
        my $before = $refused eq 'by a check' ? "MAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\n" : '';
        $c->send_raw("${before}NOOP\r\nDATA\r\nMAIL FROM:<smuggled\@client.test>\r\nhello\r\n.\r\n");
        $c->reply for $before ? 1 .. 2 : ();
        like $c->reply, qr/^250/, 'NOOP';
        like $c->reply, qr/^5/, "$refused: DATA is refused";
        like $c->reply, qr/^421/, 'then 421';
        ok $c->closed, 'and the end';
        $mta->wait_end;
        ok !(grep { /smuggled|hello/ } @{ $mta->session->{commands} }), 'the server saw none of it';
        SG::finish();
    }
}, only => ['whole'];
