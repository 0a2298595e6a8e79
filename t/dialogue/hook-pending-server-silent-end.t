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
        is $c->banner, '421 4.4.1 proxy.test MTA connection failed', "$how: the client is told to come again";
        is $c->closed, 'eof', 'and that is the end';
        SG::finish();
    }
};
