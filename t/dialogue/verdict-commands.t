# Each deciding hook, each answer: what the client sees, and what the server.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %COMMANDS = (
    helo => [], auth => ['AUTH PLAIN AGpvZQBzZWNyZXQ='], mail => ['MAIL FROM:<a@client.test>'],
    rcpt => [ 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>' ],
    data => [ 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA' ],
);
SG::dialogue 'A verdict against a command refuses this command and no other.' => sub {
    for my $hook (sort keys %COMMANDS) {
        for my $answer ('reject', 'tempfail') {
            my ($c, $mta) = SG::relay(mta => { with => ['AUTH PLAIN'] },
                verdict => { $hook => $answer, text => 'no, thanks' });
            $c->banner;
            my $want = $answer eq 'reject' ? qr/^5\d\d (?:5\.\d+\.\d+ )?proxy\.test no, thanks/
                : qr/^4\d\d (?:4\.\d+\.\d+ )?proxy\.test no, thanks/;
            my @before = $hook eq 'helo' ? () : ('EHLO client.test', @{ $COMMANDS{$hook} });
            my $command = @before ? pop @before : 'EHLO client.test';
            like $c->cmd($_), qr/^2/, "$hook: before" for @before;
            like $c->cmd($command), $want, "$hook: $answer";
            like $c->cmd('NOOP'), qr/^250/, 'the session goes on';
            my ($verb) = split ' ', $command;
            ok !(grep { /^$verb/ } @{ $mta->session->{commands} }), 'the server has not heard of it';
            SG::finish();
        }
    }
};
