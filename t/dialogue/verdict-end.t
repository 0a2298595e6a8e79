
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A verdict against a message: the client is told, the server never gets its end.' => sub {
    my %want = (reject => qr/^550 5\.7\.1 proxy\.test found/, tempfail => qr/^4\d\d 4\.\d+\.\d+ proxy\.test found/);
    for my $answer (sort keys %want) {
        my ($c, $mta) = SG::relay(verdict => { end => "$answer if MARKER", text => 'found' });
        $c->hello;
        like $c->mail("clean\r\n"), qr/^250/, 'a clean one passes';
        like $c->mail("MARKER\r\n"), $want{$answer}, $answer;
        $mta->wait_end;
        is scalar(() = $mta->messages), 1, 'the server has the clean one only';
        SG::finish();
    }
};
