# A server without extensions.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A refused EHLO is passed on, and HELO works after it.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { EHLO => '502 what?' } });
    $c->banner;
    is $c->cmd('EHLO client.test'), '502 what?', 'EHLO';
    is $c->cmd('HELO client.test'), '250 mta.test', 'HELO';
    like $c->mail("x\r\n"), qr/^250/, 'a message';
};
