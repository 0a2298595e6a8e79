# spool_leave_on names events; the line for scanners stands before the message.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Signatures;

SG::need(SG::build_dir() . '/plugins/.libs/av-libclamav.so');
my $database = SG::Signatures::database();

SG::dialogue 'With spool_leave_on = virus the infected message stays, the clean one does not.' => sub {
    my ($c, $mta, $daemon) = SG::relay(
        core    => { spool_leave_on => ['virus'] },
        plugins => [ '60-av-libclamav' => { database => $database }, '70-trace-header' => {} ]);
    $c->hello;
    like $c->mail("clean\r\n"), qr/^250/, 'the clean one is taken';
    is_deeply [ glob $daemon->dir . '/spool/*' ], [], 'and gone';
    like $c->mail(SG::Signatures::attachment(SG::Signatures::eicar())), qr/^550/, 'the other is refused';
    my @files = glob $daemon->dir . '/spool/*';
    is scalar @files, 1, 'and stays';
    open my $in, '<', $files[0] or die $!;
    like scalar readline($in), qr/^X-Proxy-Spool-Info: src=127\.0\.0\.1:\d+, ident=, dst=127/,
        'its first line says where it is from';
    $c->quit;
};
