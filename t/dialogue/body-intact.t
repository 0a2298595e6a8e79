# The body is never altered: 8BITMIME, SMTPUTF8, any byte but a bare CR or LF.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %BODIES = (
    'empty'             => '',
    'one empty line'    => "\r\n",
    'dots'              => ".\r\n..\r\n...\r\n.a\r\na.\r\n.\r\n",
    'NULs'              => "a\0b\r\n\0\r\n\0\0\r\n",
    'all bytes but CR, LF' => join('', map { chr } grep { $_ != 10 && $_ != 13 } 0 .. 255) . "\r\n",
    'UTF-8'             => "Subject: Gr\xc3\xbc\xc3\x9fe\r\n\r\n\xe2\x82\xac\r\n",
    'commands'          => "QUIT\r\nRSET\r\nMAIL FROM:<x\@y>\r\nDATA\r\nSTARTTLS\r\nBDAT 10 LAST\r\n",
    'replies'           => "250 OK\r\n354 go\r\n421 bye\r\n",
    'lines of 998'      => join('', ('x' x 998 . "\r\n") x 20),
);
SG::dialogue 'The body arrives byte for byte.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    my @names = sort keys %BODIES;
    like $c->mail($BODIES{$_}), qr/^250/, "$_: taken" for @names;
    my @messages = $mta->messages;
    ok $messages[$_]{body} eq $BODIES{ $names[$_] }, "$names[$_]: intact" for 0 .. $#names;
    is scalar @messages, scalar @names, 'and nothing else';
};
