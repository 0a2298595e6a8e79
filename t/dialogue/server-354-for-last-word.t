# A 354 there makes the server wait for a message that nobody will send, or the client
# send one that nobody looks at.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 354 in the place of a last word ends the session.' => sub {
    for my $verb ('DOT', 'BDAT', 'STARTTLS') {
        my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'], reply => { $verb => '354 go on' } });
        $c->hello;
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        $c->send_line('STARTTLS') if $verb eq 'STARTTLS';
        $c->send_raw("BDAT 4 LAST\r\nbody") if $verb eq 'BDAT';
        $c->cmd('DATA'), $c->send_raw("text\r\n.\r\n") if $verb eq 'DOT';
        like $c->reply, qr/^421/, "$verb: the client hears 421";
        ok $c->closed, 'and the session is over';
        SG::finish();
    }
};
