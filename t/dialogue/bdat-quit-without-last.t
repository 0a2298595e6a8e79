# Exim 4.96 takes QUIT behind a chunk of header lines for the end of the message, of
# which no check has seen the end then.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub begin ($more = '') {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 12\r\nSubject: x\r\n$more");
    like $c->reply, qr/^250/, 'the chunk';
    return ($c, $mta);
}

SG::dialogue 'QUIT behind a chunk that was not the last is answered, but not passed.' => sub {
    my ($c, $mta) = begin();
    like $c->quit, qr/^221 (?:2\.0\.0 )?proxy\.test /, 'an answer of the proxy';
    is $c->closed, 'eof', 'and the end';
    $mta->wait_end;
    unlike $mta->session->{raw}, qr/QUIT/, 'the server did not hear it';

    ($c, $mta) = begin("QUIT\r\n");
    like $c->reply, qr/^221/, 'pipelined, it is answered in its turn';
    is $c->closed, 'eof', 'the end';

    ($c, $mta) = begin("RSET\r\n");
    like $c->reply, qr/^250/, 'behind RSET';
    like $c->quit, qr/^221/, 'it is answered';
    is $mta->wait_end, 'quit', 'by the server';

    ($c, $mta) = begin("BDAT 0 LAST\r\n");
    like $c->reply, qr/^250/, 'behind the last chunk';
    like $c->quit, qr/^221/, 'it is answered';
    is $mta->wait_end, 'quit', 'by the server';
};
