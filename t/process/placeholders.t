# A placeholder that does not exist is a mistake of the file.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;

my @cases = (
    [ { message => 'Out %{lfet}' }, qr/:\d+: option 'message': .*%\{lfet\} is no placeholder; there are .*%\{left\}/ ],
    [ { message => 'Out %{left' }, qr/:\d+: option 'message': .*is no placeholder/ ],
    [ { message => 'Out %{left} %{id}' }, undef ]);
for my $case (@cases) {
    my ($options, $expected) = @$case;
    my ($status, $said) = SG::Check::check(plugins => [ '30-lock-files' => { %$options, path => SG::tempdir() } ]);
    $expected ? like($said, $expected, $options->{message}) : is($status, 0, $options->{message});
}
done_testing;
