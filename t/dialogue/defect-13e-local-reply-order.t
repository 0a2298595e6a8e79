# In 1.4 a local 502 overtook upstream replies still due.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A local 502 does not overtake what the server still owes.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['MAIL'] });
    $c->hello;
    $c->send_line('MAIL FROM:<a@client.test>', 'BURL imap://x LAST', 'RCPT TO:<b@server.test>');
    $mta->wait_command(qr/RCPT/);
    is $c->rest, '', 'it waits';
    $mta->release('MAIL');
    like $c->reply, qr/^$_/, "reply $_" for '250 2.1.0', '502', '250 2.1.5';
};
