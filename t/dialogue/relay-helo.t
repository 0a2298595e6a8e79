# HELO has no extensions, and its reply is passed as it is.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'HELO is relayed like EHLO, and a message after it.' => sub {
    my ($c, $mta) = SG::relay();
    $c->banner;
    is $c->cmd('HELO client.test'), '250 mta.test', 'the server\'s reply';
    like $c->mail("x\r\n"), qr/^250/, 'a message';
    is +($mta->messages)[0]{body}, "x\r\n", 'arrived';
};
