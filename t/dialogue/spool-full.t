# The disk is full: nothing passes unseen, the client may try again.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Signatures;

SG::need_root();
SG::need(SG::build_dir() . '/plugins/.libs/av-libclamav.so', 'mount');
my $database = SG::Signatures::database();
my $disk = SG::tempdir();
plan skip_all => 'cannot mount a tmpfs here'
    if system("mount -t tmpfs -o size=64k,mode=1777 tmpfs $disk 2>/dev/null");
END { my $status = $?; system "umount -l $disk 2>/dev/null" if $disk; $? = $status }

SG::dialogue 'When spool_path is full the client gets 451, and the next small mail is taken.' => sub {
    my ($c, $mta, $daemon) = SG::relay(
        core    => { spool_memory => '1K', spool_path => $disk },
        plugins => [ '60-av-libclamav' => { database => $database } ]);
    $c->hello;
    like $c->mail("line of text, nothing else\r\n" x 10_000), qr/^451 4\.3\.1 /, 'refused for now';
    $mta->wait_end;
    is scalar(() = $mta->messages), 0, 'nothing was completed';
    $c->quit;
    my $again = SG::Client->connect($daemon->port)->hello;
    like $again->mail("small\r\n"), qr/^250/, 'what fits passes';
    $again->quit;
}, only => ['whole', 'random'];
