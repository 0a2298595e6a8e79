# Replies have no limit of lines; a relay that must hold one whole before it
# passes it on would.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A reply longer than any buffer arrives whole.' => sub {
    my $help = join "\n", (map { "214-2.0.0 $_ " . 'h' x 400 } 1 .. 400), '214 2.0.0 end';
    my ($c) = SG::relay(mta => { reply => { HELP => $help } });
    $c->hello;
    my @replies = $c->pipeline('NOOP', 'HELP', 'NOOP');
    ok $replies[1] eq $help, 'all its lines';
    like $replies[2], qr/^250/, 'and the next reply behind it';
};
