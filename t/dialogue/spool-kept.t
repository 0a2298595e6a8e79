# What stays in spool_path, and what stands in it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub contents ($file) {
    open my $in, '<:raw', $file or die "$file: $!";
    local $/;
    return readline $in;
}

SG::dialogue 'With spool_leave_on = always each message stays, unstuffed.' => sub {
    my ($c, $mta, $daemon) = SG::relay(core => { spool_leave_on => ['always'] });
    $c->hello;
    like $c->mail("Subject: kept\r\n\r\n.dot\r\n"), qr/^250/, 'taken';
    my @files = glob $daemon->dir . '/spool/*';
    is scalar @files, 1, 'one file';
    is contents($files[0]), "Subject: kept\r\n\r\n.dot\r\n", 'the message';
    is +(stat $files[0])[2] & 0777, 0660, 'with spool_perm';
    $c->quit;
};
