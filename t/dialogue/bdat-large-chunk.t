
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A chunk of a megabyte passes.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    my $bytes = join '', map { pack 'N', $_ * 2654435761 & 0xffffffff } 1 .. 262144;
    $c->send_raw('BDAT ' . length($bytes) . " LAST\r\n$bytes");
    like $c->reply, qr/^250/, 'taken';
    ok +($mta->messages)[0]{body} eq $bytes, 'intact';
};
