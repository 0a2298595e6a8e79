# Two who agree on a 220 and go on in the clear would have their mail passed unseen.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub agreed (%mta) {
    my ($c, $mta, $d) = SG::relay(mta => { with => ['STARTTLS'], tunnel => 'silent', %mta });
    $c->hello;
    is $c->cmd('STARTTLS'), '220 2.0.0 go ahead', 'both agree';
    return ($c, $mta, $d);
}

SG::dialogue 'Only what begins as TLS does goes through the tunnel.' => sub {
    for my $plain ("MAIL FROM:<a\@client.test>\r\n", "\x16MAIL FROM:<a\@client.test>\r\n", "\x15\x03\x01", "\x80\x2e\x01\x03\x01") {
        my ($c, $mta, $d) = agreed();
        $c->send_raw($plain);
        like $c->reply, qr/^421 (?:4\.7\.0 )?proxy\.test .*no TLS/, 'the client says something else';
        ok $c->closed, 'and that is the end';
        $mta->wait_end;
        is $mta->session->{tunnel}, '', 'the server has heard nothing of it';
        $d->wait_log(qr/DIRECT:NOT_TLS side=client, src=127\.0\.0\.1/);
        SG::finish();
    }
    for my $plain ("250 ok\r\n", "\x16250 ok\r\n", "\x17\x03\x03") {
        my ($c, $mta, $d) = agreed();
        $c->send_raw("\x16\x03\x01");
        SG::wait_for { length $mta->session->{tunnel} } 10, 'the client';
        $mta->say($plain);
        like $c->reply, qr/^421 /, 'the server says something else';
        is $c->closed, 'eof', 'and nothing of it comes through';
        $d->wait_log(qr/DIRECT:NOT_TLS side=server, src=127\.0\.0\.1/);
        SG::finish();
    }
    my ($c, $mta) = agreed();
    $mta->say("\x15\x03\x03\0\x02\x02\x46");
    is $c->bytes(7), "\x15\x03\x03\0\x02\x02\x46", 'a server may begin with an alert';
};
