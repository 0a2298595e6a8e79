# The refusal of a chunk comes when the next one is on its way already.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'When a chunk is refused, the next one stops.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { BDAT => '552 5.2.2 no room' }, holds => ['BDAT'] });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 4\r\nxxxxBDAT 100 LAST\r\nyy");
    SG::wait_for { $mta->session->{raw} =~ /BDAT 100\r\nyy/ } 10, 'the second chunk';
    $mta->release('BDAT');
    like $c->reply, qr/^552 5.2.2 no room/, 'the first one';
    like $c->reply, qr/^503 /, 'the second one';
    $c->send_raw('smuggled' x 12 . "zzNOOP\r\n");
    like $c->reply, qr/^250/, 'its rest is counted';
    $mta->wait_end;
    unlike $mta->session->{raw}, qr/smuggled/, 'and not sent';
};
