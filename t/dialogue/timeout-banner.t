# It accepts and says nothing.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that does not greet is as good as none.' => sub {
    my ($c) = SG::relay(mta => { fault => { banner => 'hang' } },
        core => { timeout_connect => '300ms', timeout_idle => '600ms' });
    like $c->banner, qr/^220 proxy\.test SMTP|^4\d\d /, 'the client is told something';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^4\d\d |^\z/, 'and to come again';
}, only => ['whole'];
