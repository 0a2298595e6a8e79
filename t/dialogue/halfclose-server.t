# The server says its last and closes; what it said still counts.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What the server said before it closed reaches the client.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['NOOP'] });
    $c->hello;
    $c->send_line('NOOP', 'RSET');
    $mta->wait_command(qr/RSET/);
    $mta->release('NOOP');
    $mta->hangup('shut');
    like $c->reply, qr/^250/, $_ for 'NOOP', 'RSET';
    like $c->reply, qr/^(?:421 |\z)/, 'then nothing, or 421';
    ok $c->closed, 'and the end';
};
