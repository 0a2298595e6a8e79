# A bare CR cannot be made a line end without altering what it meant: refused.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message with a bare CR is refused, and no part of it is completed.' => sub {
    for my $cr ("\r.\r", "\r.\r\n", "\r\n.\rx", "a\rb") {
        my ($c, $mta) = SG::relay(mta => { lenient => 1 });
        $c->hello->envelope;
        $c->send_raw("one${cr}two\r\nMAIL FROM:<smuggled\@client.test>\r\n.\r\n");
        like $c->reply, qr/^550 (?:5\.6\.\d+ )?proxy\.test /, 'the refusal, behind the end';
        like $c->cmd('NOOP'), qr/^250/, 'the session is taken over';
        $mta->wait_end;
        is scalar(() = $mta->messages), 0, 'the server got no message';
        unlike $mta->session->{raw}, qr/\r(?!\n)/, 'nor a bare CR';
        SG::finish();
    }
};
