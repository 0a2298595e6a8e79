# The same number for the relay and for the server, however it is written.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'SIZE= is a plain number that fits 31 bits, or MAIL is refused.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd("MAIL FROM:<a\@client.test> SIZE=$_"), qr/^552 5.3.4/, "SIZE=$_"
        for '2147483648', '4294967301', '9223372036854775807';
    like $c->cmd("MAIL FROM:<a\@client.test> SIZE$_"), qr/^501 5.5.4/, "SIZE$_"
        for '', '=', '=0x10', '=-1', '=5k', '=18446744073709551617';
    for my $size ('2147483647', '0100', '00000000000000100') {
        like $c->cmd("MAIL FROM:<a\@client.test> BODY=7BIT SIZE=$size"), qr/^250/, "SIZE=$size passes";
        $c->cmd('RSET');
    }
    my @mail = grep { s/.* SIZE=// } @{ $mta->session->{commands} };
    is "@mail", '2147483647 100 100', 'what the server reads';
};
