
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that vanishes in a chunk costs the client a 4xx.' => sub {
    for my $stage ('bdat', 'chunk', 'last') {
        my ($c, $mta) = SG::relay(mta => { fault => { $stage => 'reset' } });
        $c->hello;
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        $c->send_raw("BDAT 8\r\nchunk 1 BDAT 7 LAST\r\nchunk 2");
        my $last = '';
        while (my $reply = $c->reply) { $last = $reply }
        like $last, qr/^4[25]1 /, $stage;
        ok $c->closed, 'and the session is over';
        SG::finish();
    }
};
