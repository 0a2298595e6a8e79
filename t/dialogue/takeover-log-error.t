# SEMANTICS 5: CLOSE:TAKEN when the client left, CLOSE:TAKEN MESSAGE when we had to.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The log says why a fake session was ended by us.' => sub {
    my ($c, $mta, $d) = SG::relay(verdict => { mail => 'takeover if evil' }, core => { on_takeover_cmds => 1 });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<evil@client.test>', 'NOOP', 'NOOP';
    is $c->closed, 'eof', 'it has ended';
    $c->close;
    my ($line) = $d->wait_log(qr/(CLOSE:TAKEN.*)/);
    like $line, qr/^CLOSE:TAKEN.*Transaction failed/, 'and the log says so';
};
