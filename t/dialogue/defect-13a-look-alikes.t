# Only CRLF.CRLF ends data.  In 1.4 LF.LF and LF.CRLF did, too: what stood behind
# went unscanned.  The server here is a careless one that takes any look-alike.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %LOOK_ALIKE = (
    'LF.LF' => "\n.\n", 'LF.CRLF' => "\n.\r\n", 'CRLF.LF' => "\r\n.\n",
    'LF.LF at the beginning' => ".\n", 'LFLF.LFLF' => "\n\n.\n\n",
);
SG::dialogue 'No look-alike of the end of data ends it, not even at a lenient server.' => sub {
    my ($c, $mta) = SG::relay(mta => { lenient => 1 });
    $c->hello;
    for my $name (sort keys %LOOK_ALIKE) {
        my $before = $name =~ /beginning/ ? '' : 'one';
        $c->envelope;
        $c->send_raw("$before$LOOK_ALIKE{$name}MAIL FROM:<smuggled\@client.test>\r\nEND\r\n.\r\n");
        like $c->reply, qr/^250/, "$name: one reply";
        my @messages = $mta->messages;
        like $messages[-1]{body}, qr/smuggled.*END\r\n\z/s, 'all of it is one message';
        unlike $messages[-1]{raw}, qr/(?<!\r)\n/, 'with its line ends made CRLF';
    }
    is scalar(() = $mta->messages), scalar(keys %LOOK_ALIKE), 'as many messages as were sent';
    ok !(grep { /smuggled/ } @{ $mta->session->{commands} }), 'and no command among them';
};
