# The server owes a reply and does not give it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that does not answer within timeout_idle costs 421.' => sub {
    my ($c, $mta) = SG::relay(mta => { fault => { mail => 'hang' } }, core => { timeout_idle => '300ms' });
    $c->hello;
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^421 /, 'the client is told';
    is $c->closed, 'eof', 'and closed';
    $mta->wait_end;
}, only => ['whole'];
