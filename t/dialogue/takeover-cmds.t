
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'After on_takeover_cmds commands comes 554 and the end.' => sub {
    my ($c) = SG::relay(verdict => { mail => 'takeover if evil' }, core => { on_takeover_cmds => 10 });
    $c->hello;
    $c->cmd('MAIL FROM:<evil@client.test>');
    like $c->cmd('NOOP'), qr/^250/, "command $_" for 1 .. 10;
    is $c->cmd('NOOP'), '554 5.5.0 proxy.test Transaction failed', 'the 11th';
    is $c->closed, 'eof', 'and the end';
};
