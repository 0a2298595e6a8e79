
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server that vanishes in a message costs the client a 4xx.' => sub {
    for my $stage ('body', 'dot') {
        for my $how ('close', 'reset', 'half-close') {
            my ($c, $mta) = SG::relay(mta => { fault => { $stage => $how } });
            $c->hello;
            like $c->mail("x\r\n" x 1000), qr/^4[25]1 /, "$stage: $how";
            like $c->cmd('MAIL FROM:<a@client.test>'), qr/^(?:4[25]1 |\z)/, 'and no more mail';
            SG::finish();
        }
    }
};
