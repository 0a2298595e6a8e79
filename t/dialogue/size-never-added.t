# An offer that the server has not made would be kept by clients, and refused by the
# server: 555 to SIZE= in MAIL.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'size_limit offers no SIZE where the server offers none, and still holds.' => sub {
    my ($c, $mta) = SG::relay(mta => { ehlo => ['PIPELINING'] }, core => { size_limit => 100 });
    $c->hello;
    is $c->{ehlo}, "250-mta.test\n250 PIPELINING", 'the reply is the server\'s';
    like $c->cmd('MAIL FROM:<a@client.test> SIZE=101'), qr/^552/, 'a size above it is refused all the same';
    like $c->mail('x' x 101 . "\r\n"), qr/^552/, 'and so is the message';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'nothing arrived';
};
