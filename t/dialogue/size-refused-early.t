
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A MAIL with SIZE over size_limit gets 552 and is not forwarded.' => sub {
    my ($c, $mta) = SG::relay(core => { size_limit => 10_000 });
    $c->hello;
    like $c->cmd('MAIL FROM:<big@client.test> SIZE=10001'), qr/^552 (?:5\.3\.4 )?proxy\.test /, 'too big';
    like $c->cmd('MAIL FROM:<big@client.test> BODY=8BITMIME SIZE=99999999999'), qr/^552/, 'far too big';
    like $c->cmd('MAIL FROM:<a@client.test> SIZE=10000'), qr/^250/, 'just right';
    ok !(grep { /big/ } @{ $mta->session->{commands} }), 'the server never heard of the others';
};
