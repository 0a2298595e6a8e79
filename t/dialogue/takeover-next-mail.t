# A client that keeps its connection sends the next mail, which is innocent, on it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'After a refused message the next MAIL gets 421, and with a new connection goes through.' => sub {
    my ($c, $mta, $d) = SG::relay(verdict => { end => 'reject if MARKER', text => 'bad one' });
    $c->hello;
    is $c->mail("MARKER\r\n"), '550 5.7.1 proxy.test bad one', 'the first is refused';
    like $c->cmd('RSET'), qr/^250/, 'as clients do between two mails';
    is $c->cmd('MAIL FROM:<a@client.test>'), '421 4.3.2 proxy.test Connect again for the next mail',
        'the second is told nothing of it';
    is $c->closed, 'eof', 'and the session is over';
    my $again = SG::Client->connect($d->port)->hello;
    like $again->mail("innocent\r\n"), qr/^250/, 'the client comes back, and it passes';
};
