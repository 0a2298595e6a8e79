# The end of the server comes while the client is still being checked.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that leaves without a banner during a check is as good as none.' => sub {
    for my $how ('close', 'reset') {
        my $gate = SG::gate();
        my ($c, $mta) = SG::relay(mta => { holds => ['BANNER'] },
            verdict => { connect => 'pass', gate => $gate });
        $mta->wait_sessions(1);
        $mta->hangup($how);
        $mta->wait_end;
        SG::open_gate($gate);
        is $c->banner, '220 proxy.test SMTP', "$how: the fake session\'s banner";
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^451 proxy\.test /, 'and its refusal';
        SG::finish();
    }
};
