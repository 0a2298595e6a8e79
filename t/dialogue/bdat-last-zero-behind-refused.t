# The last chunk may be empty, and then nothing of it goes to the server: what the
# server said to the chunks before it is no answer to this one.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'BDAT 0 LAST behind a refused chunk has an answer of its own.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['BDAT'], reply => { BDAT => '452 4.3.1 no room' } });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 4\r\nbodyBDAT 0 LAST\r\nNOOP\r\n");
    $mta->wait_command(qr/^BDAT/);
    $mta->release('BDAT');
    like $c->reply, qr/^452/, 'the refused chunk';
    like $c->reply, qr/^503/, 'the last one';
    like $c->reply, qr/^250/, 'what stood behind it';
    is_deeply [ $mta->messages ], [], 'no message is complete';
};
