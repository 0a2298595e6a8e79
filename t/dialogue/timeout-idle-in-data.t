
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client that stops in the middle of a message is told 421, and the message not completed.' => sub {
    my ($c, $mta) = SG::relay(core => { timeout_idle => '300ms' });
    $c->hello->envelope;
    $c->send_raw("Subject: half a mess");
    like $c->reply, qr/^421 /, 'it is told';
    is $c->closed, 'eof', 'and closed';
    like $mta->wait_end, qr/^peer/, 'the server is left';
    is scalar(() = $mta->messages), 0, 'with no message';
}, only => ['whole'];
