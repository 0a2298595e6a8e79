# A session may name so many recipients, in all its mails, whether they are accepted or not.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session names max_session_recipients recipients, and 452 for more.' => sub {
    my ($c) = SG::relay(mta => { refuse => qr/nobody/ }, core => { max_session_recipients => 100 });
    $c->hello;
    for my $who ('b', 'nobody') {
        $c->cmd('MAIL FROM:<a@client.test>');
        my @replies = $c->pipeline(map { "RCPT TO:<$who$_\@server.test>" } 1 .. 50);
        is scalar(grep { /^452/ } @replies), 0, "50 times $who";
        $c->cmd('RSET');
    }
    $c->cmd('MAIL FROM:<a@client.test>');
    like $c->cmd('RCPT TO:<b@server.test>'), qr/^452 4.5.3/, 'one more';
    like $c->quit, qr/^221/, 'the session goes on';
}, only => [ 'whole', 'random' ];
