# Lesson 3: a proxy that says 354 by itself has promised what it does not have.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The client gets its 354 only after the server has said 354.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['DATA'] });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_line('DATA');
    $mta->wait_command(qr/^DATA/);
    is $c->rest, '', 'nothing before';
    $mta->release('DATA');
    is $c->reply, '354 end with a dot', 'then the server\'s own';
};
