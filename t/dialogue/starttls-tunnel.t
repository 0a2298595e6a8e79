# Behind STARTTLS the relay is blind: bytes go both ways as they are.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'After STARTTLS any bytes pass both ways.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { with => ['STARTTLS'] });
    $c->hello;
    like $c->{ehlo}, qr/^250[- ]STARTTLS$/m, 'it is offered';
    is $c->cmd('STARTTLS'), '220 2.0.0 go ahead', 'and accepted';
    my $hello = join '', map { chr } 22, 3, 1, 0 .. 255;
    $c->send_raw($hello);
    ok $c->bytes(length $hello) eq $hello, 'all bytes pass';
    my $much = join '', map { pack 'N', $_ * 2654435761 & 0xffffffff } 1 .. 100_000;
    $c->send_raw($much);
    ok $c->bytes(length $much) eq $much, 'many of them, too';
    $c->shut;
    is $c->closed, 'eof', 'a half-close goes through and comes back';
    is $mta->wait_end, 'peer eof', 'the server saw it';
    ok $mta->session->{tunnel} eq $hello . $much, 'and had all there was';
    $d->wait_log(qr/CLOSE:DIRECT by=\w+,? rcv=\d+\/\d+, time=\d+, src=127\.0\.0\.1/);
};
