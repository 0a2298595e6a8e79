use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With on_takeover_mail = refuse the next MAIL gets 451 with the reason, as by 1.4.' => sub {
    my ($c) = SG::relay(verdict => { end => 'reject if MARKER', text => 'bad one' },
        core => { on_takeover_mail => 'refuse' });
    $c->hello;
    is $c->mail("MARKER\r\n"), '550 5.7.1 proxy.test bad one', 'the first is refused';
    is $c->cmd('MAIL FROM:<a@client.test>'), '451 4.3.2 proxy.test bad one', "try $_" for 1, 2;
    like $c->cmd('QUIT'), qr/^221/, 'QUIT';
};
