# SEMANTICS 4: before the client's first byte, to the server only.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The trace header comes first in the message, and SIZE counts it.' => sub {
    my ($c, $mta, $d) = SG::relay(
        plugins => [ '80-trace-header' => { type => 'generic', abuse => 'abuse@proxy.test' } ]);
    $c->hello;
    like $c->cmd('MAIL FROM:<a@client.test> SIZE=100'), qr/^250/, 'MAIL';
    $c->cmd($_) for 'RCPT TO:<b@server.test>', 'DATA';
    like $c->data("Subject: x\r\n\r\nbody\r\n"), qr/^250/, 'the message';
    my ($m) = $mta->messages;
    my ($id) = $m->{body} =~ / id (\d+\.\d+)\r\n/;
    my $header = 'X-Nat-Received: from [127.0.0.1]:' . $c->port . " [ident-empty]\r\n"
        . "\tby proxy.test with TPROXY id $id\r\n\tabuse-to abuse\@proxy.test\r\n";
    is $m->{body}, "${header}Subject: x\r\n\r\nbody\r\n", 'the header is as it was in 1.4';
    is $m->{mail_line}, 'MAIL FROM:<a@client.test> SIZE=' . (100 + length $header), 'SIZE';
    $d->wait_log(qr/NEW .* id=\Q$id\E/);
};
