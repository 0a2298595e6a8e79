# The server waits for one line behind its 334.  If it never got one, it would take
# the next command for it, and the chunk behind that for commands.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An answer to 334 that cannot be passed cancels the exchange.' => sub {
    for my $bad ("a\x01b", 'A' x 20_000) {
        my ($c, $mta) = SG::relay(mta => { with => ['AUTH PLAIN'] });
        $c->hello;
        like $c->cmd('AUTH PLAIN'), qr/^334/, 'challenge';
        like $c->cmd($bad), qr/^50[01]/, 'the line is refused';
        is $mta->session->{auth_lines}, "*\n", 'the server was told';
        like $c->mail("x\r\n"), qr/^250/, 'and is in step';
        SG::finish();
    }
};
