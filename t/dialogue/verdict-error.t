# The check could not be made: on_error decides, tempfail if nobody says.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A check that cannot be made is handled by on_error.' => sub {
    my %want = ('' => qr/^4/, pass => qr/^250/, tempfail => qr/^4/, reject => qr/^5/);
    for my $on_error (sort keys %want) {
        for my $hook ('mail', 'end') {
            my ($c) = SG::relay(verdict => { $hook => 'error', text => 'internal detail',
                ($on_error ? (on_error => $on_error) : ()) });
            $c->hello;
            my $reply = $hook eq 'mail' ? $c->cmd('MAIL FROM:<a@client.test>') : $c->mail("x\r\n");
            like $reply, $want{$on_error}, "$hook: on_error " . ($on_error || 'unset');
            unlike $reply, qr/internal/, 'the client is not told why';
            SG::finish();
        }
    }
};
