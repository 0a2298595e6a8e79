
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Chunks that exceed size_limit are refused and never completed.' => sub {
    my ($c, $mta) = SG::relay(core => { size_limit => 1000 });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    my $chunk = "QUIT\r\n" x 100;
    $c->send_raw("BDAT 600\r\n$chunk");
    like $c->reply, qr/^250/, 'the first fits';
    $c->send_raw("BDAT 600 LAST\r\n$chunk");
    like $c->reply, qr/^552 /, 'the second does not';
    like $c->cmd('NOOP'), qr/^250/, 'its bytes were no commands';
    is scalar(() = $mta->messages), 0, 'the server got no message';
};
