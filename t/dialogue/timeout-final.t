# The server has the message, and never says what became of it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that owes the reply to a message for timeout_final costs 421.' => sub {
    my ($c, $mta) = SG::relay(mta => { fault => { dot => 'hang' } }, core => { timeout_final => '300ms' });
    $c->hello->envelope;
    $c->send_raw("a message\r\n.\r\n");
    like $c->reply, qr/^421 4\.4\.2 proxy\.test /, 'the client is told';
    is $c->closed, 'eof', 'and closed';
    $mta->wait_end;
}, only => ['whole'];
