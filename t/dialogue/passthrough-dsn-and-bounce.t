# MAIL parameters that the checks have no use for survive the header's SIZE.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'SIZE is corrected in place and its neighbours stay.' => sub {
    my ($c, $mta) = SG::relay(verdict => { header => 'X: 1' });
    $c->hello;
    $c->cmd('MAIL FROM:<> RET=HDRS SIZE=50 ENVID=x+3Dy SMTPUTF8');
    is $mta->session->{commands}[-1], 'MAIL FROM:<> RET=HDRS SIZE=56 ENVID=x+3Dy SMTPUTF8', 'as it should be';
    $c->cmd('RSET');
    $c->cmd('MAIL FROM:<a@client.test> BODY=8BITMIME');
    is $mta->session->{commands}[-1], 'MAIL FROM:<a@client.test> BODY=8BITMIME', 'none is invented';
};
