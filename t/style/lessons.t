# t/README.md says which tests show what was learned from others and from 1.4: each
# row is there, the tests in it are, and a test named after a row stands in it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

my %rows;    # row => [its tests]
for (slurp('t/README.md') =~ /^\| ((?:\d+|[a-k]) \|.*) \|$/mg) {
    my ($row, undef, $tests) = split / \| /;
    $rows{$row} = $tests =~ /^not built/ ? [] : [split ' ', $tests];
}
is_deeply [sort keys %rows], [sort 1 .. 15, 17, 18, 'a' .. 'k'], 'each lesson and each defect has its row';
for my $row (sort keys %rows) {
    is_deeply [grep { !-f src("t/$_") } @{ $rows{$row} }], [], "what row $row names is there";
}
for my $test (files(qr/(?:lesson|defect)-\d+[a-k]?-.*\.t$/, 't')) {
    my ($lesson, $defect) = $test =~ /(?:lesson-0?(\d+)|defect-13([a-k]))-/;
    my $row = $lesson // $defect;
    my ($name) = $test =~ m{^t/(.*)};
    ok scalar(grep { $_ eq $name } @{ $rows{$row} // [] }), "$name stands in row $row";
}
done_testing;
