# A bare LF goes on as CRLF, and the checks see what the server sees.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With bare_newline = normalise checks and server see the same CRLFs.' => sub {
    my $copy = SG::tempdir() . '/copy';
    my ($c, $mta) = SG::relay(verdict => { copy => $copy });
    chmod 0777, $copy =~ s{/copy}{}r;
    $c->hello->envelope;
    $c->send_raw("a\nb\r\n.dotted\n.\n..c\n\r\n.\r\n");
    like $c->reply, qr/^250/, 'taken';
    my $want = "a\r\nb\r\ndotted\r\n\r\n.c\r\n\r\n";
    my ($m) = $mta->messages;
    open(my $in, '<:raw', $copy) or die "$copy: $!";
    my $seen = do { local $/; <$in> };
    is $m->{body}, $seen, 'the checks saw what the server got';
    unlike $m->{raw}, qr/(?<!\r)\n/, 'all its lines end with CRLF';
    like $m->{body}, qr/\Aa\r\nb\r\n.*c\r\n\r\n\z/s, 'and it is the message';
};
