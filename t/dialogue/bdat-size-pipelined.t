# The first chunk's reply is still owed when the second is refused.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Each of two pipelined chunks has its reply when the second exceeds size_limit.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['BDAT'] }, core => { size_limit => 1000 });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    my $chunk = "QUIT\r\n" x 100;
    $c->send_raw("BDAT 600\r\n${chunk}BDAT 600 LAST\r\n${chunk}NOOP\r\n");
    $mta->wait_command(qr/^BDAT/);
    $mta->release('BDAT');
    like $c->reply, qr/^(?:250|4\d\d|5\d\d) /, 'the first';
    like $c->reply, qr/^552 /, 'the second';
    like $c->reply, qr/^250 /, 'NOOP';
    is scalar(() = $mta->messages), 0, 'the server got no message';
};
