# A client that does not wait for the 354 (SEMANTICS 13c: in 1.4 such a body went
# unscanned and the trace header landed among the commands).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A body sent before the 354 waits for it and is checked.' => sub {
    for my $word ('clean', 'MARKER') {
        my ($c, $mta) = SG::relay(mta => { holds => ['DATA'] },
            verdict => { end => 'reject if MARKER', text => 'found', header => 'X-Added: yes' });
        $c->hello;
        $c->send_raw("MAIL FROM:<a\@client.test>\r\nRCPT TO:<b\@server.test>\r\nDATA\r\n"
                . "Subject: $word\r\n\r\nbody\r\n.\r\n");
        $mta->wait_command(qr/^DATA/);
        $mta->release('DATA');
        like $c->reply, qr/^$_/, "reply $_" for 250, 250, 354;
        like $c->reply, $word eq 'clean' ? qr/^250/ : qr/^550 .*found/, "$word: the verdict";
        my @bodies = map { $_->{body} } $mta->messages;
        is_deeply \@bodies, $word eq 'clean' ? ["X-Added: yes\r\nSubject: clean\r\n\r\nbody\r\n"] : [],
            'the header first, the body behind it';
        SG::finish();
    }
};
