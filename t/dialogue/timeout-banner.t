# It accepts and says nothing.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that does not greet is as good as none.' => sub {
    my ($c) = SG::relay(mta => { fault => { banner => 'hang' } },
        core => { timeout_connect => '300ms', timeout_idle => '600ms' });
    is $c->banner, '421 4.4.1 proxy.test Connection timeout [127.0.0.1]', 'the client is told to come again';
    is $c->closed, 'eof', 'and that is the end';
}, only => ['whole'];
