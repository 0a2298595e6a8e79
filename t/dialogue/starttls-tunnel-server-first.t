
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'In the tunnel the server may speak first, and end first.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'], tunnel => 'silent' });
    $c->hello->cmd('STARTTLS');
    $c->send_raw("\x16\x03");
    SG::wait_for { length $mta->session->{tunnel} } 10, 'the first byte';
    $mta->say("\x16\x03\x01\0\xff");
    is $c->bytes(5), "\x16\x03\x01\0\xff", 'it is heard';
    $mta->hangup;
    is $c->closed, 'eof', 'its end too';
};
