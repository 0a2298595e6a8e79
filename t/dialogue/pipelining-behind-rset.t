# A batch may hold several transactions.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Two transactions of which the first is reset go in one batch.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    my @replies = $c->pipeline('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'RSET',
        'MAIL FROM:<c@client.test>', 'RCPT TO:<d@server.test>', 'DATA');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 250 250 250 250 354', 'all replies';
    like $c->data("x\r\n"), qr/^250/, 'the message';
    my ($m) = $mta->messages;
    is $m->{from}, 'c@client.test', 'is the second';
    is_deeply $m->{rcpts}, ['d@server.test'], 'to its own recipient';
};
