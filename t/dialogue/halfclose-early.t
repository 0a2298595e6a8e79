# Postfix and Exim read what is there when they have greeted: a client that has said all
# and ended gets its answers, and its mail goes on.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @session = ('EHLO client.test', 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>');
my $chunk = "Subject: x\r\n\r\nall at once\r\n";

SG::dialogue 'A client that says all and ends before it is greeted is served.' => sub {
    my ($c, $mta) = SG::relay(
        mta => { with => ['CHUNKING'], holds => ['BANNER'] });
    $c->send_line(@session);
    $c->send_raw('BDAT ' . length($chunk) . " LAST\r\n${chunk}QUIT\r\n");
    $c->shut;
    $mta->wait_sessions;
    $mta->release('BANNER');
    like $c->reply, qr/^220 /, 'the greeting';
    like $c->reply, qr/^250/, $_ for 'EHLO', 'MAIL', 'RCPT', 'BDAT';
    like $c->reply, qr/^221 /, 'QUIT';
    is $c->closed, 'eof', 'then the end';
    my ($m) = $mta->messages;
    is $m->{body}, $chunk, 'and the server has the message';
};
