# See doc/decisions/verbs.md.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Verbs that would escape the checks get 502 and are not forwarded.' => sub {
    my @verbs = ('BURL imap://x/y LAST', 'XEXCH50 12 2', 'XCLIENT ADDR=192.0.2.1', 'TURN', 'ATRN a.test',
        'XFORWARD ADDR=192.0.2.1', 'X-EXPS NTLM', 'X-ANONYMOUSTLS', 'SEND FROM:<a@b>', 'SOML FROM:<a@b>',
        'SAML FROM:<a@b>', 'VERB',
        'LHLO client.test', 'XPROXY x', 'XPROXYFROM x', 'XPROXYTO x', 'X-LINK2STATE LAST', 'XBDATBLOB 5', 'CHECKPOINT', 'PRDR');
    my ($c, $mta) = SG::relay(core => { max_refused => 0 }, mta => { reply => { map { (split)[0] => '250 done' } @verbs } });
    $c->hello;
    like $c->cmd($_), qr/^502 /, $_ for @verbs;
    like $c->cmd(lc $verbs[0]), qr/^502 /, 'lower case does not help';
    like $c->cmd('MAIL FROM:<a@b> PRDR'), qr/^555 /, 'nor do parameters EHLO never offered';
    like $c->cmd('MAIL FROM:<a@b> TRANSID=<1@b>'), qr/^555 /, 'nor a message that begins in its middle';
    like $c->cmd('NOOP'), qr/^250/, 'the session goes on';
    is_deeply $mta->session->{commands}, [ 'EHLO client.test', 'NOOP' ], 'the server saw none';
};
