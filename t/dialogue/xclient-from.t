# A peer that is trusted to say who its client is: the client of everything from then on.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub trusted (%opt) {
    return SG::relay(core => { xclient_from => ['127.0.0.1'], log_helo => 'yes' }, %opt);
}

SG::dialogue 'Who xclient_from names may say for whom it speaks, and nobody else may.' => sub {
    my ($c, $mta, $d) = trusted();
    $c->hello;
    like $c->{ehlo}, qr/^250[- ]$_ .*\bADDR\b/m, "$_ is offered" for 'XCLIENT', 'XFORWARD';
    like $c->cmd('XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.7 PORT=4711 PROTO=ESMTP'), qr/^250 /, 'XFORWARD';
    like $c->cmd('XFORWARD HELO=told.test IDENT=4B1C SOURCE=REMOTE'), qr/^250 /, 'in two commands';
    $d->wait_log(qr/TOLD src=192\.0\.2\.7:4711, .*peer=127\.0\.0\.1:\d+, by=XFORWARD/);
    like $c->mail("x\r\n"), qr/^250/, 'mail passes';
    is $c->cmd('XFORWARD ADDR=IPV6:2001:db8::7'), '250 2.0.0 OK', 'another client';
    like $c->cmd("XFORWARD $_"), qr/^501 5\.5\.4 /, "refused: $_"
        for '', 'ADDR', 'ADDR=', 'ADDR=2001:db8::1', 'ADDR=1.2.3', 'WHO=x', 'ADDR=192.0.2.1 ADDR=192.0.2.2',
        'HELO=a+20b', 'HELO=a+0Ab', 'HELO=+4', 'PORT=x', 'LOGIN=joe', 'HELO=' . 'x' x 256;
    $c->cmd('MAIL FROM:<a@client.test>');
    like $c->cmd('XFORWARD ADDR=192.0.2.8'), qr/^503 /, 'not within a transaction';
    $c->quit;
    $d->wait_log(qr/CLOSE by=.*src=2001:db8::7, /);
    ok !(grep { /^X/ } @{ $mta->session->{commands} }), 'a server that has not offered it hears nothing';

    my $other = SG::Client->connect($d->port, from => '127.0.0.2')->hello;
    unlike $other->{ehlo}, qr/XCLIENT|XFORWARD/, 'another peer is offered neither';
    like $other->cmd("$_ ADDR=192.0.2.7"), qr/^502 /, "and $_ is refused" for 'XCLIENT', 'XFORWARD';
};
