# Whoever passed this on would tell a client that its mail is delivered.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 250 before the end of a message does not make it delivered.' => sub {
    my ($c, $mta) = SG::relay;
    $c->hello->envelope;
    $c->send_raw("first half\r\n");
    SG::wait_for { $mta->session->{raw} =~ /first half/ } 10, 'the first half';
    $mta->say("250 2.0.0 have it\r\n");
    $mta->wait_end;
    $c->send_raw("second half\r\n.\r\n");
    like $c->reply, qr/^451 4\.4\.2 proxy\.test /, 'the client is to try again';
    ok !$mta->messages, 'the server has no message';
};
