# Recipients are kept with their parameters, of which there may be many bytes.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The recipients of a mail have max_envelope bytes, and 452 for more.' => sub {
    my ($c) = SG::relay(core => { max_envelope => '64K' });
    $c->hello;
    $c->cmd('MAIL FROM:<a@client.test>');
    my $long = 'ORCPT=rfc822;' . 'b' x 450;
    my @replies = map { $c->cmd("RCPT TO:<b$_\@server.test> $long") } 1 .. 140;
    is scalar(grep { /^452 4.5.3/ } @replies[ 0 .. 119 ]), 0, '120 of 500 bytes';
    like $replies[139], qr/^452 4.5.3/, 'not 140';
    $c->cmd('RSET');
    $c->cmd('MAIL FROM:<a@client.test>');
    like $c->cmd("RCPT TO:<b\@server.test> $long"), qr/^250/, 'the next mail begins anew';
}, only => ['whole'];
