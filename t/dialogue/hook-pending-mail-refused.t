# MAIL is refused by the server while the check of a RCPT behind it, in a spelling
# that has to be written anew, still thinks.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A recipient whose transaction was refused meanwhile is refused, too.' => sub {
    my $gate = SG::gate();
    my ($c, $mta, $d) = SG::relay(mta => { holds => ['MAIL'], reply => { MAIL => '550 5.7.1 not you' } },
        verdict => { rcpt => 'pass', gate => $gate });
    my ($worker) = $d->worker_pids;
    $c->hello->send_line('MAIL FROM:<a@client.test>', 'RCPT TO: <b@server.test> NOTIFY=NEVER', 'NOOP');
    $mta->wait_command(qr/^MAIL/);
    $mta->release('MAIL');
    like $c->reply, qr/^550/, 'MAIL';
    SG::open_gate($gate);
    like $c->reply, qr/^503/, 'RCPT';
    like $c->reply, qr/^250/, 'NOOP';
    is_deeply [ $d->worker_pids ], [$worker], 'and the worker lives';
};
