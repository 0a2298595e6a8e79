# Lesson 9: one deadline for a verdict, and it holds.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A check that never answers costs 4xx after its timeout.' => sub {
    my ($c, $mta, $d) = SG::relay(verdict => { end => 'never if MARKER', timeout => '300ms' });
    $c->hello;
    like $c->mail("MARKER\r\n"), qr/^4\d\d /, 'the client is told to try again';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'the message was not completed';
    like(SG::Client->connect($d->port)->hello->mail("x\r\n"), qr/^250/, 'the next session is served');
}, only => ['whole'];
