
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message leaves its marks in the log.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { reply => { DATA => [ '354 go', '451 later' ] } });
    $c->hello->mail("x\r\n");
    $d->wait_log(qr/\]: DATA:$_$/m) for 'REQUEST', 'GOING', 'FINISHED \[250\]';
    $c->envelope;
    $d->wait_log(qr/\]: DATA:CANCELLED \[451\]$/m);
    pass 'all of them';
};
