
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client that half-closes in the middle of a message has sent none.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello->envelope;
    $c->send_raw("Subject: half a message\r\n.");
    $c->shut;
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'the server got none';
    while (my $reply = $c->reply) { like $reply, qr/^4/, 'if anything, a temporary error' }
    ok $c->closed, 'and the session is over';
};
