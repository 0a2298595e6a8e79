
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that greets with nonsense is as good as none: 451 at MAIL.' => sub {
    my ($c) = SG::relay(mta => { fault => { banner => 'garbage' } });
    is $c->banner, '220 proxy.test SMTP', 'the banner of the fake session';
    like $c->cmd('EHLO client.test'), qr/^250 proxy\.test /, 'its EHLO';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^451 proxy\.test /, 'and its refusal';
};
