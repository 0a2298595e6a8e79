# A placeholder that does not exist is a mistake of the file.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;

my $unknown = qr/.*%\{lfet\} is not a placeholder; there are .*%\{left\}/;
my @cases = (
    [ 'Out %{lfet}', $unknown ],
    [ 'Out %{left} %{lfet}', $unknown ],
    [ 'Out %{left', qr/.*is not a placeholder/ ],
    [ 'Out %{left} %{id}', undef ]);

sub with_message ($where, $text) {
    return SG::Check::check(core => { msg_max_reached => $text }) if $where eq 'msg_max_reached';
    return SG::Check::check(plugins => [ '30-lock-files' => { message => $text, path => SG::tempdir() } ]);
}

for my $where ('message', 'msg_max_reached') {
    for (@cases) {
        my ($text, $expected) = @$_;
        my ($status, $said) = with_message($where, $text);
        like $said, qr/:\d+: option '$where': $expected/, "$where = $text: the error names it" if $expected;
        is $status ? 'refused' : 'taken', $expected ? 'refused' : 'taken', "$where = $text";
    }
}
done_testing;
