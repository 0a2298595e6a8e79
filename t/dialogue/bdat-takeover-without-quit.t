# A server that has chunks without their end must not hear QUIT from the proxy, either:
# see bdat-quit-without-last.t.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %refused = (
    'a chunk beyond size_limit' => "BDAT 200 LAST\r\n" . 'x' x 200,
    'a recipient'               => "RCPT TO:<evil\@server.test>\r\n",
);
SG::dialogue 'A server that is left behind a chunk is left without QUIT.' => sub {
    for my $what (sort keys %refused) {
        my ($c, $mta) = SG::relay(core => { size_limit => 100 }, verdict => { rcpt => 'takeover if evil' });
        $c->hello;
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        $c->send_raw("BDAT 12\r\nSubject: x\r\n");
        like $c->reply, qr/^250/, 'the chunk';
        $c->send_raw($refused{$what});
        like $c->reply, qr/^55[02]/, "$what is refused";
        like $c->cmd('NOOP'), qr/^250/, 'the session is taken over';
        $mta->wait_end;
        unlike $mta->session->{raw}, qr/QUIT/, 'the server did not hear QUIT';
        SG::finish();
    }
};
