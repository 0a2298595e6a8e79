# What the server offered is between the client and the server.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'ESMTP parameters pass untouched.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    my $mail = 'MAIL FROM:<a@client.test> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159';
    my $rcpt = 'RCPT TO:<b@server.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@server.test';
    my $utf8 = "RCPT TO:<p\xc3\xa4ter\@d\xc3\xb6main.test>";
    like $c->cmd($_), qr/^250/, substr($_, 0, 4) for $mail, $rcpt, $utf8;
    like $c->cmd('DATA'), qr/^354/, 'DATA';
    like $c->data("x\r\n"), qr/^250/, 'the message';
    my ($m) = $mta->messages;
    is $m->{mail_line}, $mail, 'MAIL\'s';
    is_deeply $m->{rcpt_lines}, [ $rcpt, $utf8 ], 'RCPT\'s';
};
