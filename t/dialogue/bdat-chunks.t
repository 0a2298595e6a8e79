# Chunks go upstream as plain BDAT n, the end as BDAT 0 LAST: so that it can be
# withheld.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message in chunks arrives byte for byte.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    my @chunks = ("Subject: x\r\n\r\n.\r\n", "no end\r\n.\r\nhere", "\r\n..\r\nbare \n and \r too\r\n");
    my $last = pop @chunks;
    for my $chunk (@chunks) {
        $c->send_raw('BDAT ' . length($chunk) . "\r\n$chunk");
        like $c->reply, qr/^250/, 'a chunk is taken';
    }
    $c->send_raw('BDAT ' . length($last) . " LAST\r\n$last");
    is $c->reply, '250 2.0.0 message taken', 'the last: the server\'s own reply to the message';
    my ($m) = $mta->messages;
    ok $m->{body} eq join('', @chunks, $last), 'intact';
    is $m->{how}, 'BDAT', 'and still in chunks';
    like $c->cmd('NOOP'), qr/^250/, 'and no reply too many';
};
