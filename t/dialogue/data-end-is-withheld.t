# The promise of the whole program: what is not yet decided is not yet complete.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The end of the data stays back until the verdict is there.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { end => 'pass', gate => $gate });
    $c->hello->envelope;
    $c->send_raw("Subject: x\r\n\r\nbody\r\n");
    SG::wait_for { $mta->session->{raw} =~ /body\r\n/ } 10, 'the body at the server';
    $c->send_raw(".\r\n");
    my $check = SG::reach_gate($gate);
    like $mta->session->{raw}, qr/body\r\n\z/, 'the body is there, the dot is not';
    is $c->rest, '', 'nor has the client an answer';
    close $check;
    like $c->reply, qr/^250/, 'then it has';
    is +($mta->messages)[0]{raw}, "Subject: x\r\n\r\nbody\r\n.\r\n", 'and the message its end';
};
