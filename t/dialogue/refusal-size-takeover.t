
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A declared SIZE over the limit refuses the command only.' => sub {
    my ($c, $mta) = SG::relay(core => { size_limit => 1000 });
    $c->hello;
    like $c->cmd('MAIL FROM:<a@client.test> SIZE=5000'), qr/^552/, 'refused';
    like $c->mail("x\r\n"), qr/^250/, 'a smaller one goes through';
};
