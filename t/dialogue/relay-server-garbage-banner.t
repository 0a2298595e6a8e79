
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that greets with nonsense is as good as none: 421.' => sub {
    my ($c) = SG::relay(mta => { fault => { banner => 'garbage' } });
    is $c->banner, '421 4.4.1 proxy.test MTA connection failed', 'in the place of the banner';
    is $c->closed, 'eof', 'and the end';
};
