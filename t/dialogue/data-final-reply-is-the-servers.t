
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The reply to the message is the server\'s own, whatever it is.' => sub {
    for my $reply ('250 2.0.0 queued as 4711', '451 4.3.0 disk full', '554 5.7.1 I scan, too',
        "250-2.0.0 one\n250 2.0.0 two") {
        my ($c, $mta) = SG::relay(mta => { reply => { DOT => $reply } });
        $c->hello;
        is $c->mail("x\r\n"), $reply, $reply =~ s/\n/ \/ /r;
        like $c->cmd('NOOP'), qr/^250/, 'the session goes on';
        SG::finish();
    }
};
