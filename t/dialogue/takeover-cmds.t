
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %last = (close => '421 4.5.0', refuse => '554 5.5.0');

SG::dialogue 'After on_takeover_cmds commands comes 421 and the end, as version 1 has it 554.' => sub {
    for my $mode ('close', 'refuse') {
        my ($c) = SG::relay(verdict => { mail => 'takeover if evil' },
            core => { on_takeover_cmds => 10, on_takeover_mail => $mode });
        $c->hello;
        $c->cmd('MAIL FROM:<evil@client.test>');
        like $c->cmd('NOOP'), qr/^250/, "command $_" for 1 .. 10;
        is $c->cmd('NOOP'), "$last{$mode} proxy.test Transaction failed", "$mode: the 11th";
        is $c->closed, 'eof', 'and the end';
        SG::finish();
    }
};
