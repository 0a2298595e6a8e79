# A server that refuses MAIL and then asks for a message nobody sent an envelope
# for: nothing in the relay may rely on servers being sane.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 354 behind a refused MAIL ends the session and nothing else.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => {
        reply => { MAIL => '550 5.7.1 no', RCPT => '250 sure', DATA => '354 go' } });
    $c->hello;
    my ($worker) = $d->worker_pids;
    $c->send_line('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA');
    like $c->reply, qr/^550/, 'MAIL';
    $c->send_raw("body\r\n.\r\nQUIT\r\n");
    while (my $reply = $c->reply) { unlike $reply, qr/^250 2\.0\.0 message/, 'no message is taken' }
    is_deeply [ $d->worker_pids ], [$worker], 'the worker lives';
    like(SG::Client->connect($d->port)->hello->cmd('NOOP'), qr/^250/, 'and serves');
};
