
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'In a session taken over no message gets through.' => sub {
    my ($c, $mta) =
        SG::relay(verdict => { end => 'reject if MARKER' }, core => { on_takeover_mail => 'refuse' });
    $c->hello;
    like $c->mail("MARKER\r\n"), qr/^550/, 'the first is refused';
    like $c->cmd('EHLO client.test'), qr/^250/, 'EHLO';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^451/, 'MAIL';
    like $c->cmd('RCPT TO:<b@server.test>'), qr/^503/, 'RCPT';
    like $c->cmd('DATA'), qr/^503/, 'DATA';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'the server has none';
};
