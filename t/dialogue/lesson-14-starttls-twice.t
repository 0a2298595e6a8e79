# Injection by a second STARTTLS or by commands in the same packet as TLS bytes.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Bytes of TLS in the same packet as STARTTLS end the session, too.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'] });
    $c->hello;
    $c->{cuts} = undef;
    $c->send_raw("STARTTLS\r\n\x16\x03\x01");
    $mta->wait_end;
    while (my $reply = eval { $c->reply }) { unlike $reply, qr/^250/, 'no consent' }
    ok $c->{gone}, 'the client is shut out';
    is $mta->session->{tunnel}, '', 'nothing went through';
};
