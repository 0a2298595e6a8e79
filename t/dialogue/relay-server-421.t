# A server may end a session at any command (RFC 5321, 3.8).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 421 of the server is passed on, and its end with it.' => sub {
    my $leave = sub ($s, $line) { $s->leave('421'); '421 4.3.2 going down' };
    my ($c, $mta) = SG::relay(mta => { reply => { NOOP => $leave } });
    $c->hello;
    is $c->cmd('NOOP'), '421 4.3.2 going down', 'the reply';
    is $c->closed, 'eof', 'and the end';
};
