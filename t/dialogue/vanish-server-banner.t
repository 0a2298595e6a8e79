
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that vanishes before its banner is as good as none.' => sub {
    for my $fault (map { [ split ' ' ] } 'accept close', 'accept reset', 'banner close', 'banner half-close') {
        my ($c) = SG::relay(mta => { fault => {@$fault} });
        like $c->banner, qr{^421 4\.4\.1 proxy\.test (?:MTA connection failed|Cannot connect)}, "@$fault: the client is told to come again";
        is $c->closed, 'eof', 'and that is the end';
        SG::finish();
    }
};
