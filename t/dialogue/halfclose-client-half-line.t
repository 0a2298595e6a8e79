
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client that half-closes in the middle of a line gets what it is owed before.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['NOOP'] });
    $c->hello;
    $c->send_raw("NOOP\r\nMAIL FROM:<a\@cl");
    $c->shut;
    $mta->wait_command(qr/NOOP/);
    $mta->release('NOOP');
    like $c->reply, qr/^250/, 'the reply to the whole line';
    is $c->closed, 'eof', 'then the end';
    ok !(grep { /MAIL/ } @{ $mta->session->{commands} }), 'the server got no half command';
};
