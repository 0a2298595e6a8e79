# A proxy that breaks what it does not know is what the world complains about.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An unknown verb is forwarded and counts one reply.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { XFROB => "250-yes\n250 frobbed", ETRN => '253 queued' } });
    $c->hello;
    is $c->cmd('XFROB a b=c'), "250-yes\n250 frobbed", 'a private extension';
    is $c->cmd('ETRN example.org'), '253 queued', 'one that the relay has no need to know';
    like $c->cmd('zork'), qr/^502 5.5.2 unknown here/, 'one that nobody knows: the server says so';
    my @replies = $c->pipeline('XFROB x', 'NOOP', 'zork', 'NOOP');
    is join(' ', map { substr($_, 0, 3) } @replies), '250 250 502 250', 'in a pipeline, in order';
    is $mta->session->{commands}[1], 'XFROB a b=c', 'the line went as it was';
};
