# See halfclose-client-message.t; with BDAT the replies to chunks are still due when
# the last byte is there.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client that half-closes behind its last chunk gets the answer to it.' => sub {
    for my $word ('clean', 'MARKER') {
        my ($c, $mta) = SG::relay(mta => { holds => ['BDAT'] }, verdict => { end => 'reject if MARKER' });
        $c->hello;
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        $c->send_raw("BDAT 3\r\noneBDAT 8 LAST\r\n" . sprintf '%-8s', $word);
        $c->shut;
        $mta->wait_command(qr/^BDAT 8/);
        $mta->release('BDAT');
        like $c->reply, qr/^250/, 'the first chunk';
        like $c->reply, $word eq 'clean' ? qr/^250/ : qr/^550/, "$word: the last one";
        ok $c->closed, 'then the end';
        is scalar(() = $mta->messages), $word eq 'clean' ? 1 : 0, 'messages that are complete';
        SG::finish();
    }
};
