# DNS and lists know a domain in A-labels; a server may have it listed as it is written.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub bytes ($text) { utf8::encode($text); return $text }

SG::dialogue 'The checks see an international domain in A-labels, the server as it was written.' => sub {
    my ($c, $mta, $d) = SG::relay(
        core => { log_mail_from => 'accepted' },
        mta => { with => ['SMTPUTF8'] },
        plugins => [ '40-regex' => { reject_mail_from => '@xn--bse-sna\.test$' } ]);
    for my $evil ('böse.test', 'BÖSE.test', "bo\x{308}se.test", 'böse。test', 'ｂöse.test') {
        my $client = SG::Client->connect($d->port)->hello;
        like $client->cmd(bytes("MAIL FROM:<a\@$evil> SMTPUTF8")), qr/^550 /, bytes($evil);
    }
    $c->hello;
    like $c->cmd(bytes('MAIL FROM:<ä@bücher.test> SMTPUTF8')), qr/^250/, 'another';
    is +($mta->sessions)[0]{commands}[-1], bytes('MAIL FROM:<ä@bücher.test> SMTPUTF8'), 'goes on as it is';
    $d->wait_log(qr/MAIL FROM <.*\@xn--bcher-kva\.test>/);
    like $c->cmd("RCPT TO:<a\@\xff.test>"), qr/^553 5\.1\.3 /, 'what is no name is refused';
    like $c->cmd(bytes('RCPT TO:<a@b＞c.test>')), qr/^553 /, 'what only looks like one';
};
