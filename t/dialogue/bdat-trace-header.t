
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An added header goes before the first chunk.' => sub {
    my ($c, $mta) = SG::relay(verdict => { header => 'X-Added: yes' });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 5\r\nab\r\ncBDAT 2 LAST\r\nde");
    like $c->reply, qr/^250/, $_ for 'the chunk', 'the last';
    is +($mta->messages)[0]{body}, "X-Added: yes\r\nab\r\ncde", 'before the client\'s first byte';
    like $c->cmd('NOOP'), qr/^250 2.0.0 OK/, 'and no reply too many';
};
