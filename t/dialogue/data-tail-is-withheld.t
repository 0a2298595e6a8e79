# Where a check takes its time, the server is woken once for what is left.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What comes in one piece with the end waits with it.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { end => 'pass', gate => $gate });
    my $long = join '', map { sprintf "line %05d\r\n", $_ } 1 .. 3000;
    $c->hello;
    for my $body ("short\r\n", $long) {
        $c->envelope;
        $c->send_raw("$body.\r\n");
        my $check = SG::reach_gate($gate);
        unlike $mta->session->{raw}, qr/\Q$body\E/, 'the server does not have it yet';
        close $check;
        like $c->reply, qr/^250/, 'it is delivered';
        is +($mta->messages)[-1]{raw}, "$body.\r\n", 'as a whole';
    }
}, only => ['whole'];
