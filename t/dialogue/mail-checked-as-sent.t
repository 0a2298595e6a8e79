# What a pattern of the administrator is held against is what the server reads.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @SPELLINGS = ('evil@bad.test', 'evil@bad.test.', '"evil"@bad.test', '"ev\il"@bad.test.', '@x.test:"evil"@bad.test');
SG::dialogue 'No quote, backslash or dot hides an address from a pattern.' => sub {
    my ($c, $mta, $d) = SG::relay(
        plugins => [ '40-regex' => {
            reject_mail_from => '^evil@bad\.test$', reject_rcpt_to => '^evil@bad\.test$',
        } ]);
    for my $spelling (@SPELLINGS) {
        $c = SG::Client->connect($d->port)->hello;
        like $c->cmd("MAIL FROM:<$spelling>"), qr/^550 /, "MAIL $spelling";
        $c = SG::Client->connect($d->port)->hello;
        $c->cmd('MAIL FROM:<a@client.test>');
        like $c->cmd("RCPT TO:<$spelling>"), qr/^550 /, 'RCPT';
    }
    ok !(grep { /evil/ } map { @{ $_->{commands} } } $mta->sessions), 'the server has heard of none';
};
