# Extensions bring parameters, and with them longer lines: RFC 3461, 4 for DSN.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my $ORCPT = 'ORCPT=rfc822;' . 'b' x 450 . '@server.test NOTIFY=SUCCESS,FAILURE,DELAY';
my $RCPT = 'RCPT TO:<' . 'b' x 60 . "\@server.test> $ORCPT";

SG::dialogue 'A line is as long as the extensions that were offered allow.' => sub {
    for my $offered ([ 'SIZE', 'DSN' ], ['SIZE']) {
        my ($c, $mta) = SG::relay(mta => { ehlo => $offered });
        $c->hello;
        $c->cmd('MAIL FROM:<a@client.test>');
        my $reply = $c->cmd($RCPT);
        like $reply, $offered->[1] ? qr/^250/ : qr/^500/, "@$offered";
        like $c->cmd($RCPT . 'x' x 800), qr/^500/, 'much longer';
        my @long = grep { length > 510 } @{ $mta->session->{commands} };
        is_deeply \@long, $offered->[1] ? [$RCPT] : [], 'what arrived';
        SG::finish();
    }
};
