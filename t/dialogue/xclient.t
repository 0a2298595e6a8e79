# nat-fixed with xclient: the server learns who the client is.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With xclient the server is told who the client is, and greets it itself.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['XCLIENT NAME ADDR'],
        reply => { XCLIENT => '220 mta.test ESMTP and who are you' } }, fixed => { xclient => 'yes' });
    is $c->banner, '220 mta.test ESMTP and who are you', 'the banner';
    unlike $c->cmd('EHLO client.test'), qr/XCLIENT/, 'the client is not offered it';
    like $c->mail("x\r\n"), qr/^250/, 'a message';
    my @commands = @{ $mta->session->{commands} };
    is $commands[0], 'EHLO proxy.test', 'the proxy introduced itself';
    is $commands[1], 'XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]', 'and the client';
    is $commands[2], 'EHLO client.test', 'whose own EHLO follows';
};
