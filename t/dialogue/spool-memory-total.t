# What messages keep in memory has a bound for each worker; beyond it they go to disk.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Kept;

my $text = "text text text text\r\n";    # 21 bytes

SG::dialogue 'Messages that together are more than spool_memory_total go to disk.' => sub {
    my ($c, $mta, $daemon) = SG::Kept::relay({ spool_memory => '1M', spool_memory_total => '1M', workers => 1 });
    my @clients = SG::Kept::clients($daemon, 8);
    $_->send_raw($text x 15_000) for @clients;    # 315 KB, for which 512 KB are taken
    SG::wait_for { SG::Kept::on_disk($daemon) == 6 } 20, 'six of eight to be on disk';
    $_->send_raw(".\r\n") for @clients;
    is_deeply [ map { substr $_->reply, 0, 3 } @clients ], [ (250) x 8 ], 'all are taken';
    is_deeply [ map { length $_->{body} } $mta->messages ], [ (315_000) x 8 ], 'whole';
    is SG::Kept::on_disk($daemon), 0, 'and nothing of them stays';
    $_->quit for @clients, $c->hello;
}, only => ['whole'];
