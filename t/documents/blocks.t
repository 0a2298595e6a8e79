# Every block that a document shows says of what kind it is, and each kind has a test:
# this one looks at lines of the log and at commands for the source tree; configurations.t,
# rules.t, postfix.t, redis.t and commands.t do the others.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Documents;
use SG::Tree;
use Test::More;

# A drawing is no more than to be looked at; t/style/examples.t knows where pieces of C are from.
my %kind = map { $_ => 1 } qw(sh text conf nft postfix redis clamav action script log drawing c);
my @blocks = map { SG::Documents::blocks($_) } SG::Documents::all();
cmp_ok(scalar @blocks, '>', 60, 'there are blocks to look at');
my @unknown = map { "$_->{at}: '$_->{kind}'" } grep { !$kind{ $_->{kind} } } @blocks;
is(join("\n", @unknown), '', 'each says of what kind it is');

my @left = grep { $_->{why} ne '' } @blocks;
cmp_ok(scalar @left, '<=', 4, 'few are not run, and each says why') or diag(join "\n", map { "$_->{at}: $_->{why}" } @left);

# The rows of smtp-gated(8)'s table: event => fields.
my %fields;
my $manual = slurp('doc/man/smtp-gated.8.in');
$fields{$1} = { map { $_ => 1 } split /[ ,]+/, $2 // '' } while $manual =~ /^\.It Li (\S+) Ta \S+(?:, \S+)* Ta(?: (.*))?$/mg;

# What is wrong with a line of the log; a line that is set in goes on with the one above.
sub line_fault ($line) {
    my ($event) = $line =~ /^(?:\[\d+\]: )?([A-Z][A-Z_]*(?::[A-Z_-]+)?|Rejecting)\b/ or return "no event: $line";
    my $row = $fields{$event} or return $event eq 'REGEX:NO-MATCH' ? () : "no such event: $event";
    return if $row->{text} || $event eq 'TRACE';
    my @keys = $line =~ /[ (,]([A-Za-z_]+)=/g;
    return map { "$event has no field $_" } grep { !$row->{$_} } @keys;
}

sub log_faults ($block) {
    return map { "$block->{at}: $_" } map { line_fault($_) } grep { !/^ / } split /\n/, $block->{text};
}
is(join("\n", map { log_faults($_) } grep { $_->{kind} eq 'log' } @blocks), '', 'lines of the log are those that there are');

# Commands in the tree are not run, as each takes minutes; what they name must be there.
my $build = SG::build_dir();
my %target = map { $_ => 1 } qx(make -C $build -pq 2>/dev/null) =~ /^([\w-]+):/mg;
my $usage = qx(@{[src('dev')]} 2>&1);

sub command_fault ($command) {
    my ($program, @words) = split ' ', $command;
    if ($program eq './dev') { return $usage =~ /\b\Q$words[0]\E\b/ ? () : "dev knows no $words[0]" }
    if ($program eq 'make') {
        return map { "there is no target $_" } grep { !/^-|=|^[\w,=]+"$/ && !$target{$_} } @words;
    }
    if ($program eq 'prove') { return -e src('t/' . $words[-1] =~ s{^\.\./t/}{}r) ? () : "there is no $words[-1]" }
    return "what is $program?" if $program !~ m{^(?:cd|mkdir|autoreconf|\.\./configure|reset)$};
    return;
}

sub tree_faults ($block) {
    my $text = $block->{text} =~ s/\s+#.*//gmr =~ s/"[^"]*"/x/gr;
    return map { "$block->{at}: $_" } map { command_fault($_) } grep { /\S/ } split /\n|&&/, $text;
}
is(join("\n", map { tree_faults($_) } grep { $_->{kind} eq 'sh' && $_->{more} eq 'tree' } @blocks), '',
    'commands for the source tree name what is there');
done_testing;
