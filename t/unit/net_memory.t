# Connections live in memory that their owners free from inside callbacks: the unit
# tests of net once more, with every access watched.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use Test::More;

SG::need('valgrind');
my $folder = SG::build_dir() . '/t/unit';
my @valgrind = qw(valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite);
$ENV{CMOCKA_MESSAGE_OUTPUT} = 'TAP';

sub is_sanitized ($program) {
    open my $in, '<:raw', $program or return 0;
    local $/;
    return index(<$in>, '__asan_init') >= 0;
}

for my $name (qw(conn conn_broken conn_close conn_write dial loop)) {
    my $program = "$folder/$name";
    plan skip_all => "$program is not built" if !-x $program;
    plan skip_all => 'the sanitizers watch already' if is_sanitized($program);
    my $said = qx(@valgrind $program 2>&1);
    is $?, 0, "$name touches no memory that is not its own, and loses none" or diag $said;
}
done_testing;
