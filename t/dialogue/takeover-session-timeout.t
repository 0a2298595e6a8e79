# Total, not idle: talking does not prolong it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session that was taken over ends after timeout_session, however busy.' => sub {
    my ($c) = SG::relay(verdict => { mail => 'takeover if evil' },
        core => { timeout_session => '500ms', on_takeover_cmds => 1_000_000 });
    $c->hello;
    $c->cmd('MAIL FROM:<evil@client.test>');
    my $reply;
    SG::wait_for { ($reply = $c->cmd('NOOP')) !~ /^250/ } 10, 'the end of the session';
    is $reply, '421 4.4.2 proxy.test SMTP session timeout. Closing connection', 'it is told';
    ok $c->closed, 'and closed';
}, only => ['whole'];
