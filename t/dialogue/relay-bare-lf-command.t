# Some clients end lines with LF alone.  The server sees a line ended as it
# should be, or nothing.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A command ended by LF alone reaches the server as one command, or not at all.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $c->send_raw("NOOP\n");
    like $c->reply, qr/^(?:250|5\d\d) /, 'one reply';
    like $c->cmd('RSET'), qr/^250/, 'the session goes on';
    ok $mta->session->{raw} !~ /(?<!\r)\n/, 'no bare LF at the server';
};
