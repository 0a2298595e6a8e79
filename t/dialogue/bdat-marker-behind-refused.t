# suricata-verify#3350: after a rejected chunk the next message must be looked
# at all the same.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A marked message behind a refused chunk is refused.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { BDAT => [ '451 4.3.0 later', '250 ok' ] } },
        verdict => { end => 'reject if MARKER' });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 4\r\nxxxx");
    like $c->reply, qr/^451/, 'a refused chunk';
    like $c->cmd('RSET'), qr/^250/, 'RSET';
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 6 LAST\r\nMARKER");
    like $c->reply, qr/^550/, 'the next message is checked';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'the server got none';
};
