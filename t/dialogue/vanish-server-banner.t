
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that vanishes before its banner is as good as none.' => sub {
    for my $fault (map { [ split ' ' ] } 'accept close', 'accept reset', 'banner close', 'banner half-close') {
        my ($c) = SG::relay(mta => { fault => {@$fault} });
        is $c->banner, '220 proxy.test SMTP', "@$fault: the fake session\'s banner";
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^451 proxy\.test /, 'and its refusal';
        SG::finish();
    }
};
