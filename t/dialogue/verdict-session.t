# At connect and greet the session ends with the refusal.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A verdict against a session takes the place of its banner.' => sub {
    for my $hook ('connect', 'greet') {
        for my $answer ('reject', 'tempfail') {
            my ($c) = SG::relay(verdict => { $hook => $answer, text => 'not you' });
            my $want = $answer eq 'reject' ? qr/^554 proxy\.test not you\z/ : qr/^421 4\.3\.0 proxy\.test not you\z/;
            like $c->banner, $want, "$hook: $answer";
            is $c->closed, 'eof', 'and the end';
            SG::finish();
        }
    }
};
