# The test library itself: the toy MTA and the client talk to each other, with
# no daemon between them.
use v5.36;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use SG;

SG::dialogue 'A client and the MTA speak SMTP.' => sub {
    my $mta = SG::MTA->start;
    my $c = SG::Client->connect($mta->port)->hello;
    like $c->{ehlo}, qr/^250-PIPELINING$/m, 'EHLO has its keywords';
    like $c->mail("Subject: x\r\n\r\n.dot\r\n..two\r\n"), qr/^250 /, 'the message is taken';
    like $c->quit, qr/^221/, 'QUIT is answered';
    is $c->closed, 'eof', 'and the connection closed';
    my ($m) = $mta->messages;
    is $m->{body}, "Subject: x\r\n\r\n.dot\r\n..two\r\n", 'the body is unstuffed';
    is $m->{raw}, "Subject: x\r\n\r\n..dot\r\n...two\r\n.\r\n", 'and kept as it came';
    is_deeply $m->{rcpts}, ['b@server.test'], 'recipients are noted';
    is $mta->wait_end, 'quit', 'the reason of the end is noted';
};
