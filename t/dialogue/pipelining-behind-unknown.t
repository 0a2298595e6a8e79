# What goes out with a line that a server reads in another way may be the rest of what it
# then reads: a transaction, a message.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @OBSCURE = ('XFROB', 'XFROB a', 'NOOP a', 'HELP a', 'VRFY a', 'EXPN a', 'ETRN a',
    'MAIL FROM:<' . 'a' x 490 . '@client.test> SIZE=1');

SG::dialogue 'Nothing goes out behind an obscure command before its reply.' => sub {
    my $cut = shift;
    for my $line (@OBSCURE) {
        my ($verb) = $line =~ /(\w+)/;
        my $ahead = sub ($s, $) { $s->{seen}{ahead} .= $s->{in}; return "250-well\n250 done" };
        my ($c, $mta) = SG::relay(mta => { reply => { $verb => $ahead, XLATER => '250 later' } });
        $c->hello;
        my @replies = $c->pipeline($line, 'XLATER', 'RSET');
        is join(' ', map { s/\n/|/r } @replies), '250-well|250 done 250 later 250 2.0.0 OK', substr($line, 0, 40);
        is $mta->session->{ahead}, '', 'it was alone';
        SG::finish();
    }
};
