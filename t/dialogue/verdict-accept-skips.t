
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'After an accept, plugins behind it are not asked.' => sub {
    my ($c) = SG::relay(
        plugins => [ '40-verdict@first' => { mail => 'accept if friend' } ], verdict => { mail => 'reject' });
    $c->hello;
    like $c->cmd('MAIL FROM:<friend@client.test>'), qr/^250/, 'accepted by the first';
    like $c->cmd('RSET'), qr/^250/, 'RSET';
    like $c->cmd('MAIL FROM:<other@client.test>'), qr/^550/, 'others meet the second';
};
