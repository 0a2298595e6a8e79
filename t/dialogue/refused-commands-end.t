# Whoever goes on sending what is refused is not answered for ever, and the log does not
# grow with it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'After max_refused refused commands in a row the session ends with 421.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { max_refused => 5 });
    $c->hello;
    my @refused = ('TURN', 'MAILX', "NOOP \x01", 'RCPT TO:<b@server.test>', 'XCLIENT ADDR=192.0.2.1');
    for my $round (1 .. 3) {
        my @replies = $c->pipeline(@refused[ 0 .. 3 ], 'NOOP');
        is join(' ', map { substr $_, 0, 3 } @replies), '502 500 500 503 250', 'not in a row';
    }
    like $c->cmd($_), qr/^5/, 'refused' for @refused;
    like $c->cmd('NOOP'), qr/^421 4.7.0 \S+ Too many refused commands/, 'in a row: 421';
    ok $c->closed, 'and the end';
    $d->wait_log(qr/COMMANDS:REFUSED count=17, src=127.0.0.1/);
    is scalar(() = $d->log =~ /FILTERED/g), 1, 'the log has the first verb that is never passed';
    is scalar(() = $d->log =~ /COMMANDS:REFUSED/g), 1, 'and how many there were';
    is scalar(grep { $_ ne 'NOOP' } @{ $mta->session->{commands} }), 1, 'the server has heard of none';
};
