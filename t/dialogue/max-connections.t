
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Above max_connections a client is told 421, and served when there is room.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { max_connections => 2 });
    $c->hello;
    my $second = SG::Client->connect($d->port)->hello;
    my $third = SG::Client->connect($d->port);
    like $third->banner, qr/^421 4\.3\.2 proxy\.test /, 'the third is refused for now';
    is $third->closed, 'eof', 'and closed';
    like $d->status, qr{^Rejects: +0/0/0/0/0/0/1 }m, 'and counted';
    is scalar($mta->sessions), 2, 'the server was not bothered';
    $second->quit;
    $second->closed;
    SG::wait_for {
        my $again = SG::Client->connect($d->port);
        $again->banner =~ /^220/ && $again->cmd('NOOP') =~ /^250/;
    } 10, 'room';
    pass 'then there is room again';
};
