# What no check reads any more is not kept.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Kept;

my $text = "text text text text\r\n";    # 21 bytes

SG::dialogue 'A message that has outgrown every max_size is no longer kept.' => sub {
    my ($c, $mta, $daemon) = SG::Kept::relay({ spool_memory => '1K' }, max_size => '50K');
    $c->hello->envelope;
    $c->send_raw($text x 2000);
    SG::wait_for { SG::Kept::on_disk($daemon) == 1 } 10, 'it to be on disk';
    $c->send_raw($text x 2000);
    SG::wait_for { SG::Kept::on_disk($daemon) == 0 } 10, 'it to be dropped';
    $c->send_raw(".\r\n");
    like $c->reply, qr/^250 /, 'it passes';
    $daemon->wait_log(qr/SPAM:SKIPPED size=84000,/);
    like $c->mail($text x 1000), qr/^250 /, 'a smaller one';
    $daemon->wait_log(qr/SPAM:FAILED size=21000,/);
    $c->quit;
}, only => ['whole'];
