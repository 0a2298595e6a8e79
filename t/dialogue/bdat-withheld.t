
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The end of a message in chunks stays back until the verdict is there.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { end => 'pass', gate => $gate });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->send_raw("BDAT 4 LAST\r\nbody");
    SG::wait_for { $mta->session->{raw} =~ /body/ } 10, 'the chunk';
    unlike $mta->session->{raw}, qr/LAST/, 'the chunk is there, LAST is not';
    is $c->rest, '', 'nor has the client an answer';
    SG::open_gate($gate);
    like $c->reply, qr/^250/, 'then it has';
};
