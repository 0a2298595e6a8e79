# One command at a time is decided.  While a check thinks, what the client sent
# behind it waits; replies stay in order.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'While a check is pending nothing behind its command is forwarded.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { mail => 'pass if slow', gate => $gate });
    $c->hello;
    $c->send_line('NOOP 1', 'MAIL FROM:<slow@client.test>', 'RCPT TO:<b@server.test>', 'NOOP 2');
    like $c->reply, qr/^250/, 'what stood before is answered';
    is_deeply $mta->session->{commands}, [ 'EHLO client.test', 'NOOP 1' ], 'the rest has not gone';
    SG::open_gate($gate);
    like $c->reply, qr/^250/, 'reply ' . $_ for 1 .. 3;
    is $mta->session->{commands}[-1], 'NOOP 2', 'then it goes';
};
