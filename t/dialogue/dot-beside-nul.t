# For a server that drops NUL, or takes a line for a string of C, these lines are a dot.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message with NUL beside a dot that begins a line is refused.' => sub {
    for my $line ("\0.", ".\0", "\0\0.\0", ".\0text") {
        my ($c, $mta) = SG::relay();
        $c->hello->envelope;
        $c->send_raw("one\r\n$line\r\nMAIL FROM:<smuggled\@client.test>\r\n.\r\n");
        like $c->reply, qr/^550 (?:5\.6\.0 )?proxy\.test NUL /, 'the refusal, behind the end';
        like $c->cmd('NOOP'), qr/^250/, 'the session is taken over';
        $mta->wait_end;
        is scalar(() = $mta->messages), 0, 'the server got no message';
        unlike $mta->session->{raw} =~ tr/\0//dr, qr/^\.\r?$/m, 'nor, without the NUL, its end';
        SG::finish();
    }
    my ($c, $mta) = SG::relay();
    $c->hello;
    my $body = "\0one\r\ntwo\0.\r\n\0\0\r\n\0 .\r\n";
    like $c->mail($body), qr/^250/, 'NUL elsewhere passes';
    is +($mta->messages)[0]{body}, $body, 'as it is';
};
