# Wherever the server goes, the client is told: 421 for a command, 451 or 421 for
# a message, and never a 2xx that the server did not say.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @LINES = ('EHLO client.test', 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA');
my @FAULTS = map { my $stage = $_; map { [ $stage, $_ ] } qw(close reset half-close) } qw(ehlo mail rcpt data);
SG::dialogue 'A server that vanishes at a command costs the client a 421.' => sub {
    for my $fault (@FAULTS) {
        my ($stage, $how) = @$fault;
        my ($c, $mta) = SG::relay(mta => { fault => { $stage => $how } });
        $c->banner;
        my $reply;
        for my $line (@LINES) { last if ($reply = $c->cmd($line)) !~ /^[23]/ }
        like $reply, qr/^421 /, "$stage: $how";
        like $mta->session->{commands}[-1], qr/^$stage/i, 'at this stage';
        ok $c->closed, 'and the session is over';
        SG::finish();
    }
};
