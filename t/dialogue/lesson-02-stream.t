# Plugins get the message as a stream: unstuffed, any line length, NULs and all.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A plugin sees exactly what the server gets, unstuffed.' => sub {
    my $dir = SG::tempdir();
    chmod 0777, $dir;
    my ($c, $mta) = SG::relay(verdict => { copy => "$dir/copy" });
    $c->hello;
    my $body = ".\r\n..\r\n.x\r\n" . "\0" x 3000 . "\r\n" . 'y' x 70_000 . "\r\n.end\r\n\r\n";
    like $c->mail($body), qr/^250/, 'taken';
    open(my $in, '<:raw', "$dir/copy") or return fail("the plugin's copy: $!");
    my $seen = do { local $/; <$in> };
    ok $seen eq $body, 'the plugin saw it';
    ok +($mta->messages)[0]{body} eq $body, 'the server got it';
};
