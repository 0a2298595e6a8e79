# Copiers and controllers that know LF only would wait for an answer to their dot for ever.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub lf ($c, $line) {
    $c->send_raw("$line\n");
    return scalar $c->reply;
}

SG::dialogue 'A client of bare_lf_from may end its lines and its message with LF alone.' => sub {
    for my $newline ('normalise', 'reject') {
        my $copy = SG::tempdir() . '/copy';
        my ($c, $mta, $d) = SG::relay(
            verdict => { copy => $copy }, core => { bare_newline => $newline, bare_lf_from => ['127.0.0.1'] });
        chmod 0777, $copy =~ s{/copy}{}r;
        $c->banner;
        like lf($c, $_), qr/^[23]5/, "$newline: $_"
            for 'EHLO client.test', 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA';
        $c->send_raw("Subject: x\n\n..stuffed\n.\nNOOP\n");
        like $c->reply, qr/^250/, 'the message has its end';
        like $c->reply, qr/^250/, 'what follows is a command';
        my ($m) = $mta->wait_messages;
        is $m->{body}, "Subject: x\r\n\r\n.stuffed\r\n", 'the server gets CRLF';
        open(my $in, '<:raw', $copy) or die "$copy: $!";
        is do { local $/; <$in> }, $m->{body}, 'and the checks saw the same';
        like $c->mail("a\r\n\r\n"), qr/^250/, 'CRLF ends lines all the same';

        my $other = SG::Client->connect($d->port, from => '127.0.0.2')->hello;
        $other->envelope;
        $other->send_raw("x\n.\ny\r\n.\r\n");
        like $other->reply, $newline eq 'reject' ? qr/^550/ : qr/^250/, 'other clients end nothing so';
        is scalar(grep { $_->{body} =~ /^y/m && $_->{body} !~ /^x/m } $mta->messages), 0, 'no second message';
        SG::finish();
    }
};
