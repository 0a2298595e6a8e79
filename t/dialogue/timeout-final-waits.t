# RFC 5321, 4.5.3.2.6: ten minutes for the reply to the end of data.  A client that
# is told 421 sooner sends a second copy of what the server has.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %send = (
    DATA => sub ($c) { $c->envelope; $c->send_raw("long in the queue\r\n.\r\n") },
    BDAT => sub ($c) {
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        $c->send_raw("BDAT 19 LAST\r\nlong in the queue\r\n");
    },
);

SG::dialogue 'timeout_idle does not end the wait for the reply to the end of a message.' => sub {
    for my $how (sort keys %send) {
        my ($c, $mta, $d) = SG::relay(mta => { holds => [ 'DOT', 'LAST' ] }, core => { timeout_idle => '300ms' });
        $send{$how}($c->hello);
        $mta->wait_messages;
        my $idle = SG::Client->connect($d->port);    # silent from now on, later than the first
        like $idle->banner, qr/^220/, 'another session';
        like $idle->reply,  qr/^421/, '… that is silent is ended';
        $mta->release('DOT', 'LAST');
        like $c->reply, qr/^250/, "$how: the server's reply is the client's";
        is $c->cmd('NOOP') =~ s/ .*//r, 250, 'and the session goes on';
        SG::finish();
    }
}, only => ['whole'];
