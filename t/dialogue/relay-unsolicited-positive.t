# A positive reply that no command is waiting for would be taken for the next
# command's: from then on every answer is another's.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'An unasked 250 ends the session instead of answering the next command.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $mta->say("250 2.0.0 extra\r\n");
    $mta->wait_end;
    like $c->reply, qr/^(?:421 |\z)/, 'a 421 at most';
    ok $c->closed, 'and the end';
};
