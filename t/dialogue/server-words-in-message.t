# "552 too much" or "421 going down" in the middle of a message, and then the end: a client
# that hears 451 instead tries for days.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What a server says in mid-message before it leaves is the answer to the message.' => sub ($cut) {
    for my $words ("552 5.3.4 too much of it", "421 4.3.2 going down") {
        for my $how ('close', 'stay', $cut ? () : 'reset') {    # a reset drops pieces on their way
            my ($c, $mta) = SG::relay;
            $c->hello->envelope;
            $c->send_raw("first half\r\n");
            SG::wait_for { $mta->session->{raw} =~ /first half/ } 10, 'the first half';
            $mta->say("$words\r\n");
            $mta->hangup($how) if $how ne 'stay';
            $mta->wait_end;
            $c->send_raw("second half\r\n.\r\n");
            is $c->reply, $words, "$how: its own words";
            like $c->cmd('MAIL FROM:<a@client.test>'), $words =~ /^421/ ? qr/^\z/ : qr/^421/, 'and the end';
            ok !$mta->messages, 'it has no message';
            SG::finish();
        }
    }
};
