# Whether a MAIL is nested is known when the server has answered the first.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A MAIL pipelined behind a refused one is not taken for a nested one.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['MAIL'],
        reply => { MAIL => [ '550 5.7.1 not you', '250 2.1.0 ok' ] } });
    $c->hello;
    $c->send_line('MAIL FROM:<a@client.test>', 'MAIL FROM:<c@client.test>', 'RCPT TO:<d@server.test>');
    $mta->wait_command(qr/^MAIL/);
    $mta->release('MAIL');
    like $c->reply, qr/^$_/, "reply $_" for 550, 250, 250;
};
