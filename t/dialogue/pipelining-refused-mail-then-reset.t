# The refusal of the first MAIL arrives when the second transaction has begun.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A refused MAIL does not spoil the transaction pipelined behind a RSET.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { holds => ['MAIL'],
        reply => { MAIL => [ '550 5.7.1 not you', '250 2.1.0 ok' ] } });
    $c->hello;
    $c->send_line('MAIL FROM:<a@client.test>', 'RSET', 'MAIL FROM:<c@client.test>',
        'RCPT TO:<d@server.test>', 'DATA');
    $mta->wait_command(qr/^DATA|^RCPT/);
    $mta->release('MAIL');
    like $c->reply, qr/^$_/, "reply $_" for 550, 250, 250, 250, 354;
    like $c->data("x\r\n"), qr/^250/, 'the message';
    is_deeply [ map { "$_->{from} @{ $_->{rcpts} }" } $mta->messages ], ['c@client.test d@server.test'], 'arrived';
};
