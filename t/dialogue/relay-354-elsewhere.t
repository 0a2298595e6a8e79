# A 354 to anything but DATA would put the two sides into different minds about
# what is body and what is command.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 354 that no DATA asked for ends the session.' => sub {
    for my $verb ('MAIL', 'RSET', 'NOOP') {
        my ($c, $mta) = SG::relay(mta => { reply => { $verb => '354 go on' } });
        $c->hello;
        my $reply = $c->cmd($verb eq 'MAIL' ? 'MAIL FROM:<a@client.test>' : $verb);
        unlike $reply, qr/^354/, "$verb: it is not passed on";
        like $reply, qr/^(?:4\d\d|\z)/, 'what comes is temporary, if anything';
        ok $c->closed, 'and the session is over';
        $mta->wait_end;
        SG::finish();
    }
};
