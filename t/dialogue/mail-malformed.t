
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'MAIL and RCPT without a path get 501 and are not forwarded.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd($_), qr/^50[13] /, $_
        for 'MAIL', 'MAIL FROM', 'MAIL TO:<a@client.test>', 'MAIL FROM:<a@client.test';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^250/, 'the null path and others pass';
    like $c->cmd($_), qr/^50[13] /, $_ for 'RCPT', 'RCPT FROM:<b@server.test>', 'RCPT TO:<b@server.test';
    is_deeply $mta->session->{commands}, [ 'EHLO client.test', 'MAIL FROM:<a@client.test>' ], 'the server saw none';
};
