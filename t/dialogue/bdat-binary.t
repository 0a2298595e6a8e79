# BINARYMIME: every byte, and no line ends needed.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Binary chunks pass untouched.' => sub {
    my $all = join '', map { chr } 0 .. 255;
    my ($c, $mta) = SG::relay();
    $c->hello;
    my $mail = 'MAIL FROM:<a@client.test> BODY=BINARYMIME';
    $c->cmd($_) for $mail, 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 512\r\n$all$all");
    like $c->reply, qr/^250/, 'a chunk';
    $c->send_raw("BDAT 300 LAST\r\n$all" . ("\0" x 44));
    like $c->reply, qr/^250/, 'the last';
    my ($m) = $mta->messages;
    ok $m->{body} eq $all x 3 . "\0" x 44, 'all bytes arrived';
    is $m->{mail_line}, $mail, 'BODY=BINARYMIME, too';
};
