# What a session is doing, in the words of 1.4.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The statefile says what a session is doing.' => sub {
    my $gate = SG::gate();
    my ($c, $mta, $d) = SG::relay(mta => { with => ['STARTTLS'] }, verdict => { end => 'pass', gate => $gate });
    my $state = sub { ($d->status =~ /^ *\d+ \d+ +(\w+) +[Aa.] /m)[0] };
    $c->banner;
    like $state->(), qr/^(?:start|helo|pre)$/, 'after the banner';
    $c->cmd('EHLO client.test');
    $c->envelope;
    is $state->(), 'data', 'in a message';
    $c->send_raw("x\r\n.\r\n");
    SG::wait_for { $state->() =~ /^(?:scan|scan1|scan2|spam|spam1|spam2|post)$/ } 10, 'the check';
    SG::open_gate($gate);
    $c->reply;
    $c->cmd('STARTTLS');
    is $state->(), 'direct', 'in the tunnel';
};
