# The reply to a RCPT that was reset belongs to no later transaction.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A recipient accepted before a RSET is none of the next message.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { holds => ['RCPT'], refuse => qr/nobody/ });
    $c->hello;
    $c->send_line('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'RSET', 'MAIL FROM:<c@client.test>',
        'RCPT TO:<nobody@server.test>');
    $mta->wait_command(qr/nobody|^RSET/);
    $mta->release('RCPT');
    like $c->reply, qr/^$_/, "reply $_" for 250, 250, 250, 250, 550;
    $c->send_raw("BDAT 5 LAST\r\nhello");
    like $c->reply, qr/^503/, 'there is nobody to send to';
    is scalar(() = $mta->messages), 0, 'no message';
};
