# Nobody listens at the destination: the client is not sent away but told at
# MAIL, so that its mail stays in its queue.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'When the server cannot be reached, MAIL gets 451 with the reason.' => sub {
    my ($c, $mta, $d) = SG::relay(fixed => { port => _closed_port() });
    is $c->banner, '220 proxy.test SMTP', 'the banner';
    is $c->cmd('EHLO client.test'), '250 proxy.test SMTP Proxy, hello', 'EHLO has one line';
    like $c->cmd('MAIL FROM:<a@client.test>'),
        qr/^451 proxy\.test Cannot connect to server \[127\.0\.0\.1\]: Connection refused/, 'MAIL';
    is $c->cmd('QUIT'), '221 proxy.test Signing off.', 'QUIT';
    is $c->closed, 'eof', 'the end';
    $d->wait_log(qr/SESSION TAKEOVER: src=127\.0\.0\.1, ident=, trns=0, reason=Cannot connect to server/);
    $d->wait_log(qr/CLOSE:TAKEN/);
};

# A port that was free a moment ago and stays bound, so that nobody listens there.
sub _closed_port () {
    state $socket = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 0, Proto => 'tcp');
    return $socket->sockport;
}
