# No command has a use for control bytes, and what reads them as an end of
# string sees another command than the server does.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A command with a control byte gets 500 and is not forwarded.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    for my $byte ("\0", "\x01", "\x08", "\x1b", "\x7f") {
        my $name = sprintf '0x%02x', ord $byte;
        like $c->cmd("NOOP a${byte}b"), qr/^5\d\d /, "$name is refused";
    }
    like $c->cmd("MAIL FROM:<a\0b\@client.test>"), qr/^5\d\d /, 'also in a path';
    like $c->cmd("NOOP a\tb"), qr/^250/, 'a tab is none';
    like $c->cmd("NOOP \xc3\xa4\xff"), qr/^250/, 'nor are bytes above 127';
    my $raw = $mta->session->{raw};
    ok $raw !~ /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/, 'the server saw none';
    like $raw, qr/NOOP a\tb\r\nNOOP \xc3\xa4\xff\r\n/, 'and those two as they were';
};
