# MAIL, RCPT and DATA in one packet (RFC 2920).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A transaction sent in one batch is relayed.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    my @replies = $c->pipeline('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>',
        'RCPT TO:<c@server.test>', 'DATA');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 250 250 354', 'all replies';
    like $c->data("x\r\n"), qr/^250/, 'the message';
    is_deeply +($mta->messages)[0]{rcpts}, [ 'b@server.test', 'c@server.test' ], 'arrived';
};
