# A client may fall back to the other way of sending.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message in chunks behind a refused DATA is a message.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { DATA => '502 5.5.1 chunks only' } },
        verdict => { end => 'reject if MARKER', header => 'X-Added: yes' });
    $c->hello;
    for my $word ('clean', 'MARKER') {
        like $c->envelope, qr/^502/, 'DATA is refused';
        $c->send_raw("BDAT 8 LAST\r\n" . sprintf '%-8s', $word);
        like $c->reply, $word eq 'clean' ? qr/^250/ : qr/^550/, "$word: the chunk";
    }
    is_deeply [ map { $_->{body} } $mta->messages ], ["X-Added: yes\r\nclean   "], 'only the clean one arrives';
};
