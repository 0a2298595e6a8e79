# Behind a path stand parameters.  Who finds a second path there has another sender.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @HONEST = (
    'SIZE=100 BODY=8BITMIME SMTPUTF8', 'AUTH=<>', 'AUTH=e+3Dmc2@example.test',
    'RET=HDRS ENVID=QQ314159', 'ENVID=<1@client.test>', 'MT-PRIORITY=3 BY=120;R REQUIRETLS',
);
my @WRONG = (
    'Bob <b@x.test>', '<a@x.test> <b@y.test>', '<> <b@y.test>', '<a@x.test> SIZE=1 <b@y.test>',
    '<a@x.test> X=<b@y.test>', '<a@x.test> AUTH=<b@y.test>', '<a@x.test> SIZE=1 SIZE=2000',
    '<a@x.test> b@y.test', '<a@x.test> ENVID=x:<b@y.test>', '<a@x.test> ENVID=<x><b@y.test>',
);
SG::dialogue 'What stands behind a path and is no parameter is refused, or stands there twice.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    for my $honest (@HONEST) {
        like $c->cmd("MAIL FROM:<a\@client.test> $honest"), qr/^250/, $honest;
        is $mta->session->{commands}[-1], "MAIL FROM:<a\@client.test> $honest", 'as it was';
        $c->cmd('RSET');
    }
    my $before = @{ $mta->session->{commands} };
    like $c->cmd("MAIL FROM:$_"), qr/^555 5\.5\.4 /, $_ for @WRONG;
    is @{ $mta->session->{commands} }, $before, 'the server has heard of none';
    $c->cmd('MAIL FROM:<a@client.test>');
    like $c->cmd('RCPT TO:<a@x.test> <b@y.test>'), qr/^555 5\.5\.4 /, 'RCPT';
    like $c->cmd('RCPT TO:<a@x.test> ORCPT=rTO:<b@y.test>'), qr/^555 5\.5\.4 /, 'one in a parameter';
    like $c->cmd('RCPT TO:<a@x.test> NOTIFY=NEVER ORCPT=rfc822;a@x.test'), qr/^250/, 'one that is right';
};
