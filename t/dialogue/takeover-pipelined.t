# A takeover in the middle of a batch: the rest of the batch is answered by us.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The rest of a batch is answered by the fake session.' => sub {
    my ($c, $mta) = SG::relay(verdict => { rcpt => 'takeover if evil' });
    $c->hello;
    my @replies = $c->pipeline('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>',
        'RCPT TO:<evil@server.test>', 'RCPT TO:<c@server.test>', 'DATA', 'QUIT');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 250 550 503 503 221', 'in order';
    is $c->closed, 'eof', 'then the end';
    $mta->wait_end;
    is $mta->session->{commands}[-1], 'QUIT', 'the server got QUIT';
    ok !(grep { /evil|<c@|DATA/ } @{ $mta->session->{commands} }), 'and none of the rest';
};
