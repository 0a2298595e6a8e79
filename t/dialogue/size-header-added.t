# SIZE= is corrected for a header that will be added.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An added header is the first of the message, and SIZE counts it.' => sub {
    my ($c, $mta) = SG::relay(verdict => { header => 'X-Added: 12345' });
    $c->hello;
    like $c->cmd('MAIL FROM:<a@client.test> SIZE=100 BODY=8BITMIME'), qr/^250/, 'MAIL';
    $c->cmd($_) for 'RCPT TO:<b@server.test>', 'DATA';
    like $c->data(".first\r\n\r\nbody\r\n"), qr/^250/, 'the message';
    my ($m) = $mta->messages;
    is $m->{mail_line}, 'MAIL FROM:<a@client.test> SIZE=116 BODY=8BITMIME', 'SIZE is what it will be';
    is $m->{body}, "X-Added: 12345\r\n.first\r\n\r\nbody\r\n", 'the header comes first';
};
