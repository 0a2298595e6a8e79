# The other direction (lesson 14): what the server says behind its 220 in plain
# is not TLS, and a client that buffered it would believe it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Plaintext of the server behind its 220 ends the session.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'],
        reply => { STARTTLS => \"220 2.0.0 go ahead\r\n250 injected\r\n" } });
    $c->hello;
    $c->send_line('STARTTLS');
    while (my $reply = $c->reply) { unlike $reply, qr/injected/, 'it is not passed on' }
    ok $c->closed, 'the session is over';
    $mta->wait_end;
}, only => ['whole'];
