
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A nested MAIL gets 503, and the transaction goes on.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^250/, 'MAIL';
    like $c->cmd('MAIL FROM:<c@client.test>'), qr/^503/, 'a nested one';
    like $c->cmd($_), qr/^[23]/, $_ for 'RCPT TO:<b@server.test>', 'DATA';
    like $c->data("x\r\n"), qr/^250/, 'the message';
    is +($mta->messages)[0]{from}, 'a@client.test', 'is from the first';
};
