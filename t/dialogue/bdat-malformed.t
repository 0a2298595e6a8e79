# A chunk whose size cannot be read: nobody knows where it ends.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A BDAT with no readable size is refused and not forwarded.' => sub {
    for my $line ('BDAT', 'BDAT x', 'BDAT -1', 'BDAT 5 FIRST', 'BDAT 99999999999999999999', 'BDAT 5 LAST x') {
        my ($c, $mta) = SG::relay();
        $c->hello;
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        like $c->cmd($line), qr/^50\d /, $line;
        ok !(grep { /BDAT/ } @{ $mta->session->{commands} }), 'the server has not heard of it';
        SG::finish();
    }
};
