# The order holds also when the server takes its time.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A local reply waits for those the server still owes.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['NOOP'] });
    $c->hello;
    $c->send_line('NOOP', 'TURN', 'RSET');
    $mta->wait_command(qr/RSET/);
    is $c->rest, '', 'nothing is said before its turn';
    $mta->release('NOOP');
    like $c->reply, qr/^250/, 'NOOP\'s';
    like $c->reply, qr/^502/, 'then ours';
    like $c->reply, qr/^250/, 'then RSET\'s';
};
