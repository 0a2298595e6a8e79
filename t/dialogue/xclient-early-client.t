# A client that talks before the banner is put off until the handover is done.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What a client says during the handover waits for its end.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['XCLIENT NAME ADDR'], holds => ['XCLIENT'] },
        fixed => { xclient => 'yes' });
    $c->send_line('EHLO client.test');
    $mta->wait_command(qr/^XCLIENT/);
    is scalar(@{ $mta->session->{commands} }), 2, 'the server has heard the proxy only';
    $mta->release('XCLIENT');
    like $c->banner, qr/^220/, 'the banner';
    like $c->reply, qr/^250-/, 'then the reply to EHLO';
    is $mta->session->{commands}[2], 'EHLO client.test', 'which came after';
};
