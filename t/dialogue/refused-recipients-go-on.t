# A list of which a check refuses every recipient is an honest client's.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Recipients that a check refuses do not end the session.' => sub {
    my ($c) = SG::relay(core => { max_refused => 5 }, verdict => { rcpt => 'reject if evil' });
    $c->hello;
    $c->cmd('MAIL FROM:<a@client.test>');
    my @replies = $c->pipeline(map { "RCPT TO:<evil$_\@server.test>" } 1 .. 30);
    is scalar(grep { /^550/ } @replies), 30, 'all are refused';
    like $c->cmd('RSET'), qr/^250/, 'the session goes on';
};
