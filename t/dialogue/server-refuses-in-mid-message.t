# Some servers do not wait for the end of a message they will not take.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A refusal that the server sends in mid-message is the answer to the message.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello->envelope;
    $c->send_raw("first half\r\n");
    SG::wait_for { $mta->session->{raw} =~ /first half/ } 10, 'the first half';
    $mta->script(reply => { DOT => undef });
    $mta->say("552 5.3.4 too much of it\r\n");
    $c->send_raw("second half\r\n.\r\n");
    is $c->reply, '552 5.3.4 too much of it', 'it comes where the client expects it';
};
