# In 1.4 two blanks, or an address over 64 characters, passed the patterns.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my $LONG = 'x' x 200;
my %SPELLINGS = (
    'MAIL' => [
        'MAIL FROM:<evil@client.test>', 'MAIL  FROM:<evil@client.test>', 'MAIL FROM: <evil@client.test>',
        'MAIL FROM :<evil@client.test>', "MAIL\tFROM:<evil\@client.test>", 'mail from:<evil@client.test>',
        'MAIL FROM:evil@client.test', "MAIL FROM:<${LONG}evil\@client.test>", ' MAIL FROM:<evil@client.test>',
        'MAIL FROM:<@relay.test:evil@client.test>', 'MAIL FROM:<"evil"@client.test>',
        'MAIL FROM:<evil@client.test> SIZE=5', 'MAIL FROM:<evil@client.test>SIZE=5',
    ],
    'RCPT' => [
        'RCPT TO:<evil@server.test>', 'RCPT  TO:<evil@server.test>', 'RCPT TO: <evil@server.test>',
        'RCPT TO : <evil@server.test>', "rcpt\tto:<evil\@server.test>", 'RCPT TO:evil@server.test',
        "RCPT TO:<${LONG}evil\@server.test>", 'RCPT TO:<@a,@b:evil@server.test>',
    ],
);
SG::dialogue 'No spelling of MAIL or RCPT escapes the checks.' => sub {
    my ($c, $mta) = SG::relay(verdict => { mail => 'reject if evil', rcpt => 'reject if evil' });
    $c->hello;
    like $c->cmd($_), qr/^5\d\d /, $_ for @{ $SPELLINGS{MAIL} };
    $c->cmd('MAIL FROM:<a@client.test>');
    like $c->cmd($_), qr/^5\d\d /, $_ for @{ $SPELLINGS{RCPT} };
    ok !(grep { /evil/ } @{ $mta->session->{commands} }), 'the server has heard of none';
};
