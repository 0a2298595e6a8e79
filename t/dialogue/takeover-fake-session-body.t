# 13.c again, inside the fake session: DATA is refused, and what a client sends
# all the same are commands that are answered one by one, to the limit.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A body sent to the fake session ends it after on_takeover_cmds.' => sub {
    my ($c, $mta) = SG::relay(verdict => { mail => 'takeover if evil' }, core => { on_takeover_cmds => 10 });
    $c->hello;
    $c->cmd('MAIL FROM:<evil@client.test>');
    $c->send_line('DATA', ('line of a letter') x 50, '.');
    my @codes;
    while (my $reply = $c->reply) { push @codes, substr $reply, 0, 3 }
    is "@codes", '503 ' . '502 ' x 9 . '421', 'ten answers and the end';
    ok $c->closed, 'it is over';
};
