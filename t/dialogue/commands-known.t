# The strict forms of what is passed: verbs that smtp-gated knows, and those that are listed.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With commands = known, unknown verbs are refused unless they are listed.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { XFROB => '250 done', XBAR => '250 done' } },
        core => { commands => 'known', allow_commands => ['xfrob'] });
    $c->hello;
    like $c->cmd('XFROB a'), qr/^250/, 'listed';
    like $c->cmd('XBAR a'), qr/^502 5.5.1/, 'not listed';
    like $c->cmd('VRFY a'), qr/^252/, 'known';
    like $c->mail("x\r\n"), qr/^250/, 'mail goes';
    unlike $mta->session->{raw}, qr/XBAR/, 'the server has not heard of it';
};
