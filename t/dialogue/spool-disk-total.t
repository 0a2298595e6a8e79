# What messages have on disk has a bound for all workers.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Kept;

my $text = "text text text text\r\n";    # 21 bytes

SG::dialogue 'Messages that together have reached spool_disk_total must come again.' => sub {
    my ($c, $mta, $daemon) = SG::Kept::relay({ spool_memory => '1K', spool_disk_total => '100K', workers => 2 });
    my @clients = SG::Kept::clients($daemon, 6);
    $_->send_raw($text x 2000) for @clients;    # 42 KB
    # None has an end before all that have no room have been told so in the log.
    my $failed = qr/SPOOL:FAILED src=127\.0\.0\.1, ident=, result=the messages on disk have reached spool_disk_total\n/;
    $daemon->wait_log(qr/(?:$failed.*?){4}/s);
    $_->send_raw(".\r\n") for @clients;
    my %codes;
    $codes{ substr $_->reply, 0, 9 }++ for @clients;
    is $codes{'451 4.3.1'}, 4, 'four of six have no room' or diag explain \%codes;
    like(SG::Client->connect($daemon->port)->hello->mail($text x 4000), qr/^250 /, 'there is room again then');
    $_->quit for $c->hello;
}, only => ['whole'];
