# Unless somebody asks for it, no message stays on disk: not of a check that failed either.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Kept;

SG::dialogue 'A message that could not be checked leaves no file.' => sub {
    my ($c, $mta, $daemon) = SG::Kept::relay({ spool_memory => 0 }, on_error => 'tempfail');
    like $c->hello->mail("Subject: x\r\n\r\ntext\r\n"), qr/^4\d\d /, 'it is to come again';
    is_deeply [ glob $daemon->dir . '/spool/*' ], [], 'nothing stays';
    $c->quit;
};
