# A server that leaves in the midst of a chunk has said the last word.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 421 to a chunk that is on its way ends the session.' => sub {
    my ($c, $mta) = SG::relay(mta => { fault => { bdat => \"421 4.3.2 going down\r\n" } });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 100 LAST\r\nxx");
    is $c->reply, '421 4.3.2 going down', 'the server\'s word';
    ok $c->closed, 'and the end';
};
