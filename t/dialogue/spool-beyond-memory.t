# A message larger than spool_memory goes on in an unlinked file.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Signatures;

SG::need(SG::build_dir() . '/plugins/.libs/av-libclamav.so');
my $database = SG::Signatures::database();

SG::dialogue 'A message larger than spool_memory is scanned whole.' => sub {
    my ($c, $mta, $daemon) = SG::relay(
        core    => { spool_memory => '1K' },
        plugins => [ '60-av-libclamav' => { database => $database } ]);
    $c->hello;
    my $long = "Subject: long\r\n\r\n" . "text text text\r\n" x 2000;
    like $c->mail($long), qr/^250/, 'a clean one is taken';
    is +($mta->messages)[0]{body}, $long, 'whole';
    like $c->mail($long . SG::Signatures::marker() . "\r\n"), qr/^550/, 'a marker at its end is found';
    is_deeply [ glob $daemon->dir . '/spool/*' ], [], 'no name is left';
    $c->quit;
}, only => ['whole', 'random'];
