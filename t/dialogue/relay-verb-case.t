# Verbs are case-insensitive, and forwarded as the client wrote them.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Lower-case verbs are understood and not rewritten.' => sub {
    my ($c, $mta) = SG::relay();
    $c->banner;
    like $c->cmd('ehlo client.test'), qr/^250-/, 'ehlo';
    like $c->cmd('mail from:<a@client.test>'), qr/^250/, 'mail';
    like $c->cmd('Rcpt To:<b@server.test>'), qr/^250/, 'rcpt';
    like $c->cmd('dAtA'), qr/^354/, 'data';
    like $c->data("x\r\n"), qr/^250/, 'the message';
    like $c->cmd('quit'), qr/^221/, 'quit';
    my @commands = @{ $mta->session->{commands} };
    is $commands[0], 'ehlo client.test', 'the verb went as it came';
    is $commands[3], 'dAtA', 'each';
};
