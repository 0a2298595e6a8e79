# The refusal of STARTTLS ends the session, but not before what came first is answered.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Plaintext behind STARTTLS is refused in the order of the commands.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'], holds => ['NOOP'] });
    $c->hello;
    $c->send_line('NOOP', 'STARTTLS', 'MAIL FROM:<smuggled@client.test>');
    $mta->wait_command(qr/^NOOP/);
    $mta->release('NOOP');
    like $c->reply, qr/^250/, 'NOOP';
    like $c->reply, qr/^554/, 'STARTTLS';
    is $c->closed, 'eof', 'the end';
    unlike $mta->session->{raw}, qr/smuggled/, 'nothing passed';
};
