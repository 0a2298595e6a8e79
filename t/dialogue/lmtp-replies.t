# LMTP (RFC 2033): a server that answers the end of the message for each recipient.  The
# client has the first of these answers; the rest were not asked for.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A reply for each recipient ends the session, and puts nothing out of step.' => sub {
    my $each = sub ($s, $line) { join "\r\n", map { "250 2.1.5 <$_> ok" } @{ $s->{seen}{messages}[-1]{rcpts} } };
    for my $way ('DATA', 'BDAT') {
        my $replies = { DOT => sub { \($each->(@_) . "\r\n") }, LAST => sub { \($each->(@_) . "\r\n") } };
        my ($c, $mta) = SG::relay(mta => { reply => $replies, cut => undef });
        $c->hello;
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', map { "RCPT TO:<$_\@server.test>" } 'b', 'c', 'd';
        if ($way eq 'DATA') { $c->cmd('DATA'); $c->send_raw("text\r\n.\r\n") }
        else { $c->send_raw("BDAT 6 LAST\r\ntext\r\n") }
        is $c->reply, '250 2.1.5 <b@server.test> ok', "$way: the message is taken";
        like $c->reply, qr/^421/, 'the rest is not passed';
        ok $c->closed, 'and the session is over';
        SG::finish();
    }
};
