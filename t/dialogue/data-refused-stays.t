# What has not gone when a message is refused does not go at all.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A short message that is refused leaves nothing at the server.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { end => 'reject', gate => $gate });
    $c->hello->envelope;
    $c->send_raw("body\r\n.\r\n");
    SG::open_gate($gate);
    like $c->reply, qr/^5/, 'the client hears so';
    $mta->wait_end;
    unlike $mta->session->{raw}, qr/body/, 'and no line of it has gone';
}, only => ['whole'];
