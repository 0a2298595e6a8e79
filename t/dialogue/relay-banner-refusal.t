# A server that does not want to serve says so in its banner.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that greets with 554 is heard, and the session goes on.' => sub {
    my ($c, $mta) = SG::relay(mta => { banner => '554 5.3.2 no service', reply => { MAIL => '503 no' } });
    is $c->banner, '554 5.3.2 no service', 'the refusal is passed on';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^503/, 'what follows is the server\'s affair';
    like $c->quit, qr/^221/, 'QUIT too';
    is $c->closed, 'eof', 'and the end';
};
