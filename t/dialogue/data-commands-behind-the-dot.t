# RFC 2920 allows it; 1.4 took them for body, and so the second message went
# unscanned (SEMANTICS 13d).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Commands behind the final dot are commands, and the next message is checked.' => sub {
    my ($c, $mta) = SG::relay(verdict => { end => 'reject if MARKER', text => 'found' });
    $c->hello->envelope;
    $c->send_raw("clean\r\n.\r\nMAIL FROM:<a2\@client.test>\r\nRCPT TO:<b2\@server.test>\r\nDATA\r\n");
    like $c->reply, qr/^$_/, "reply $_" for 250, 250, 250, 354;
    like $c->data("MARKER\r\n"), qr/^550 .*found/, 'the second is refused';
    my @messages = $mta->messages;
    is scalar @messages, 1, 'one message';
    is $messages[0]{body}, "clean\r\n", 'the first, and only it';
};
