
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A refusal that comes late stands at its place.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { rcpt => 'reject if bad', text => 'late no', gate => $gate });
    $c->hello;
    $c->send_line('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'RCPT TO:<bad@server.test>',
        'RCPT TO:<c@server.test>');
    SG::open_gate($gate);
    is substr($c->reply, 0, 3), $_, "reply $_" for 250, 250, 550, 250;
    ok !(grep { /bad/ } @{ $mta->session->{commands} }), 'the server never heard of it';
};
