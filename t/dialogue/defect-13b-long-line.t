# In 1.4 a line longer than buffer_size was forwarded but not spooled: a virus in
# it was delivered.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What stands in a line longer than buffer_size is checked.' => sub {
    my ($c, $mta) = SG::relay(core => { buffer_size => 4096 }, verdict => { end => 'reject if MARKER' });
    $c->hello->envelope;
    like $c->data('x' x 50_000 . 'MARKER' . 'x' x 50_000 . "\r\n"), qr/^550/, 'refused';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'not delivered';
};
