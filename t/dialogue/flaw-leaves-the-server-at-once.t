# What must not be completed is not even held open: a server that counts an end
# of the connection for an end of the message gets neither from us later.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %FLAW = (size => [ 'x' x 20_000 . "\r\n", 552 ], 'bare CR' => [ "a\rb\r\n", 550 ]);
SG::dialogue 'The server is left as soon as a message is known to be refused.' => sub {
    for my $flaw (sort keys %FLAW) {
        my ($bytes, $code) = @{ $FLAW{$flaw} };
        my ($c, $mta) = SG::relay(core => { size_limit => 10_000 });
        $c->hello->envelope;
        $c->send_raw($bytes);
        like $mta->wait_end, qr/^peer/, "$flaw: before the message has ended";
        is $c->rest, '', 'while the client is not interrupted';
        $c->send_raw("rest\r\nQUIT\r\n.\r\n");
        like $c->reply, qr/^$code/, 'and answered at its end';
        is scalar(() = $mta->messages), 0, 'the server has no message';
        SG::finish();
    }
};
