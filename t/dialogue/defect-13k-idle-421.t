# In 1.4 an idle session was closed without a word.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An idle client is told 421 before the session closes.' => sub {
    my ($c, $mta) = SG::relay(core => { timeout_idle => '300ms' });
    $c->hello;
    like $c->reply, qr/^421 /, 'it is told';
    is $c->closed, 'eof', 'and closed';
    $mta->wait_end;
    pass 'the server is left, too';
}, only => ['whole'];
