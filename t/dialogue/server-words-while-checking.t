# The message is here, its end is withheld, and the server gives up waiting.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What a server says while the checks are at work is the answer to the message.' => sub ($cut) {
    for my $words ("552 5.3.4 too much of it", "421 4.3.2 going down") {
        for my $how ('close', 'stay', $cut ? () : 'reset') {    # a reset drops pieces on their way
            my $gate = SG::gate();
            my ($c, $mta, $d) = SG::relay(verdict => { end => 'pass', gate => $gate });
            $c->hello->envelope;
            $c->send_raw("a message\r\n.\r\n");
            my $held = SG::reach_gate($gate);
            $mta->say("$words\r\n");
            $how eq 'stay' ? close $held : $mta->hangup($how);
            is $c->reply, $words, "$how: its own words";
            close $held if $how ne 'stay';
            like $c->cmd('MAIL FROM:<a@client.test>'), $words =~ /^421/ ? qr/^\z/ : qr/^421/, 'and the end';
            $mta->wait_end;
            ok !$mta->messages, 'the server has no message';
            SG::finish();
        }
    }
};
