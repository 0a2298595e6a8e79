# Some servers look at the first four letters of a verb, some fold letters of other
# alphabets to those of ASCII, some do without the blank.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @DISGUISED = (
    'MAILX FROM:<a@evil.test>', 'MAIL-FROM:<a@evil.test>', 'mails FROM:<a@evil.test>', 'MAIL1 FROM:<a@evil.test>',
    'MAILFROM:<a@evil.test>', 'MAIL:FROM:<a@evil.test>', "MA\xc4\xb0L FROM:<a\@evil.test>",
    "MA\xc4\xb1L FROM:<a\@evil.test>", "MA\xcdL FROM:<a\@evil.test>", 'RCPTTO:<a@evil.test>',
    'DATA1', 'DATA.', 'DATA;', "R\xc5\xbfET", 'RSETS', 'EHLOX evil.test', 'HELO- evil.test', 'BDATX 5', 'AUTHX PLAIN',
    'STARTLS', 'STARTTLSX', 'QUIT.', 'X-EXPSX', 'XPROXYDEST', 'XCLI', 'SENDX FROM:<a@evil.test>', '.', '<>',
    'X_FROB', 'GET/', 'Subject: MAIL',
);

SG::dialogue 'A word that may be taken for a known verb is refused 500 and not forwarded.' => sub {
    my ($c, $mta) = SG::relay(core => { max_refused => 0 });
    $c->hello;
    like $c->cmd($_), qr/^500 5.5.2/, s/[^ -~]/?/gr for @DISGUISED;
    like $c->cmd($_), qr/^502 5.5.2 unknown here/, "$_ is only unknown" for 'XFROB', 'x-frob-2', 'ZORK', 'SET';
    is_deeply $mta->session->{commands}, [ 'EHLO client.test', 'XFROB', 'x-frob-2', 'ZORK', 'SET' ],
        'the server has heard of no other';
};
