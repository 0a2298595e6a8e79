# Replies to a transaction that RSET has ended may come when the next one has begun.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A late refusal ends the transaction it belongs to, not the next one.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['BDAT'], reply => { BDAT => '452 4.3.1 no room' } });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 4\r\nbodyRSET\r\nMAIL FROM:<second\@client.test>\r\n");
    $mta->wait_command(qr/second/);
    $mta->release('BDAT');
    like $c->reply, qr/^$_/, "reply $_" for 452, 250, 250;
    like $c->cmd('RCPT TO:<b@server.test>'), qr/^250/, 'its recipient is taken';
    like $c->cmd('DATA'), qr/^354/, 'and its DATA';
    like $c->data("text\r\n"), qr/^250/, 'and its message';
};
