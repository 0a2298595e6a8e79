# Bytes that are no reply cannot be matched to a command.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that answers nonsense ends the session with 421.' => sub {
    my @lines = ('EHLO client.test', 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA');
    for my $stage ('ehlo', 'mail', 'rcpt', 'data') {
        my ($c, $mta) = SG::relay(mta => { fault => { $stage => 'garbage' } });
        $c->send_line(@lines);
        my $last = '';
        while (my $reply = $c->reply) { $last = $reply }
        like $last, qr/^421 /, "$stage: the last reply is 421";
        ok $c->closed, 'the session is over';
        SG::finish();
    }
};
