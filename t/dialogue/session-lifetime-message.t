# The server has the message: a client that is told 421 now sends it once more.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The end of session_lifetime waits for the reply to a message.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { holds => ['DOT'] }, core => { session_lifetime => '500ms' });
    $c->hello->envelope;
    $c->send_raw("a message\r\n.\r\n");
    $mta->wait_messages;
    my $later = SG::Client->connect($d->port);    # younger than the first
    like $later->banner, qr/^220/, 'another session';
    like $later->reply,  qr/^421/, '… is over';
    $mta->release('DOT');
    like $c->reply, qr/^250/, 'the first gets the server\'s reply';
    like $c->reply, qr/^421/, 'and then its end';
    is $c->closed, 'eof', 'which it is';
}, only => ['whole'];
