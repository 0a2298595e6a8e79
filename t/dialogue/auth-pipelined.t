# Lines sent with their AUTH are answers to challenges that have not come yet, not
# commands: even when they look like one (TURN is good base64).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

use MIME::Base64 qw(decode_base64);

SG::dialogue 'Answers sent in one batch with AUTH are answers.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['AUTH LOGIN'], users => { joe => decode_base64('TURN') } });
    $c->hello;
    $c->send_line('AUTH LOGIN', 'am9l', 'TURN', 'NOOP');
    like $c->reply, qr/^$_/, "reply $_" for 334, 334, 235, 250;
    is $mta->session->{user}, 'joe', 'the server knows who it was';
};
