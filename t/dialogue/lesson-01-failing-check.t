# A check that fails costs its session a 4xx; the daemon and the others nothing.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A plugin that fails costs the one message 4xx and nobody else anything.' => sub {
    my ($c, $mta, $d) = SG::relay(verdict => { end => 'error if MARKER' });
    my $other = SG::Client->connect($d->port)->hello;
    $other->envelope;
    like $c->hello->mail("MARKER\r\n"), qr/^4\d\d /, 'the message is put off';
    like $other->data("clean\r\n"), qr/^250/, 'another session\'s is delivered';
    like $d->status, qr{^Children: \d+/\d+/0/0 }m, 'nobody crashed';
};
