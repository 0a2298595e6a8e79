# nat-fixed with xclient before a real Postfix: it sees the client as it is.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Postfix;

SG::Postfix::need();
my $postfix = SG::Postfix->start(smtpd_authorized_xclient_hosts => '127.0.0.1');
my %at = (server => '127.0.0.1', port => $postfix->port);

sub send_letter ($name, %fixed) {
    my $d = SG::Daemon->start(plugins => [ '10-nat-fixed' => { %at, %fixed } ]);
    my $c = SG::Client->connect($d->port, from => '127.0.0.9')->hello;
    unlike $c->{ehlo}, qr/XCLIENT/, "$name: the client is not offered XCLIENT" if %fixed;
    like $c->mail("Subject: $name\r\n\r\n$name\r\n"), qr/^250 /, "$name: a message is taken";
    like $c->quit, qr/^221 /, 'to the end of the session';
    return $postfix->wait_delivered(qr/^Subject: $name$/m);
}

like send_letter('plain'), qr/^Received: from client\.test \(unknown \[127\.0\.0\.1\]\)/m,
    'without xclient Postfix sees the proxy';
like send_letter('told', xclient => 'yes'), qr/^Received: from client\.test \(unknown \[127\.0\.0\.9\]\)/m,
    'with xclient it sees the client';
like $postfix->log, qr/client=unknown\[127\.0\.0\.9\]/, 'and logs it';
done_testing;
