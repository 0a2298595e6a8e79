# Bytes that are no reply cannot be matched to a command.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that answers nonsense ends the session with 421.' => sub {
    for my $stage ('banner', 'ehlo', 'mail', 'rcpt', 'data') {
        my ($c, $mta) = SG::relay(mta => { fault => { $stage => 'garbage' } });
        $c->send_line('EHLO client.test', 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA')
            if $stage ne 'banner';
        my $last = '';
        while (my $reply = $c->reply) { $last = $reply }
        like $last, qr/^4\d\d /, "$stage: the last reply is a temporary one" if $stage ne 'banner';
        unlike $last, qr/hello/, 'the nonsense is not passed on';
        ok $c->closed, 'the session is over';
        SG::Daemon->finish_all;
        SG::MTA->finish_all;
    }
};
