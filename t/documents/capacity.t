# doc/operation.md says how much the daemon needs: the defaults that it names are those of
# the options, and its sums are right.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Tree;
use Test::More;

my $dir = SG::tempdir();
mkdir "$dir/conf.d";
my $file = SG::Conf::write_file("$dir/smtp-gated.conf", "# the defaults\n");
my $program = SG::build_dir() . '/smtp-gated';
my %default = map { /^(?:# )?(\w+) = "?([^"\s]+)"?$/ ? ($1, $2) : () } qx($program -T $file);
cmp_ok(scalar keys %default, '>', 30, 'there are defaults');

my $text = slurp('doc/operation.md');
my ($chapter) = $text =~ /^## How much it needs\n(.*?)^## /ms;
my @rows = $chapter =~ /^\| [^|]+ \| `(\w+)` \| (\S+) \| /mg;
cmp_ok(scalar @rows, '>', 12, 'the table has rows');
while (my ($option, $told) = splice @rows, 0, 2) {
    is($told, $default{$option}, "$option has the default that the table names");
}

my ($sessions, $each) = ($default{max_connections}, slurp('daemon/worker/reserve.h') =~ /FILES_PER_SESSION = (\d+)/);
my ($beside) = slurp('daemon/keeper/privileges.c') =~ /FILES_BESIDE = (\d+)/;
my ($limit) = slurp('doc/systemd/smtp-gated.service.in') =~ /^LimitNOFILE=(\d+)/m;
my %sum = (
    'descriptors of a process'          => $sessions * $each + $beside,
    'sessions that the unit has room for' => int(($limit - $beside) / $each),
    'MB of waiting bytes at most'       => int($sessions * 2 * $default{buffer_size} / 1e6 + 0.5),
    'what the unit allows'              => $limit,
);
for my $what (sort keys %sum) { like($chapter, qr/\b$sum{$what}\b/, "$what: $sum{$what}") }
done_testing;
