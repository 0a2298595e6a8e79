
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A marked message in chunks is never completed.' => sub {
    my ($c, $mta) = SG::relay(verdict => { end => 'reject if MARKER', text => 'found' });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 5\r\nx MARBDAT 5 LAST\r\nKER x");
    like $c->reply, qr/^250/, 'the chunk';
    like $c->reply, qr/^550 (?:5\.7\.1 )?proxy\.test .*found/, 'the verdict';
    like $c->cmd('NOOP'), qr/^250/, 'the session is taken over';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'the server got no message';
    unlike $mta->session->{raw}, qr/LAST/, 'nor the end of one';
};
