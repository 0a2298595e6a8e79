
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With skip_authenticated a check is for those only who have not authenticated.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['AUTH PLAIN'], users => { joe => 'secret' } },
        verdict => { mail => 'reject', skip_authenticated => 'yes' });
    $c->hello;
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^550/, 'refused before';
    like $c->cmd('AUTH PLAIN AGpvZQBzZWNyZXQ='), qr/^235/, '235';
    like $c->mail("x\r\n"), qr/^250/, 'not asked after';
};
