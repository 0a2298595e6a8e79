
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'BDAT 0 LAST ends a message.' => sub {
    my ($c, $mta) = SG::relay(verdict => { end => 'reject if MARKER' });
    $c->hello;
    for my $word ('clean', 'MARKER') {
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        $c->send_raw("BDAT 8\r\n" . sprintf "%-8s", $word);
        like $c->reply, qr/^250/, "$word: the chunk";
        like $c->cmd('BDAT 0 LAST'), $word eq 'clean' ? qr/^250/ : qr/^550/, 'the end';
    }
    is_deeply [ map { $_->{body} } $mta->messages ], ['clean   '], 'only the clean one is complete';
};
