# Sizes: a function fits a screen (60 lines), a file is one idea (400 lines), a
# header is read at one go (120 lines).  What must be longer says why: a comment
# "long: …" within the function, or in the first 30 lines of the file.  The rest is
# reported, not judged.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

plan skip_all => 'universal-ctags is not installed'
    if system('ctags --version 2>/dev/null | grep -q Universal');

use constant {FUNCTION => 60, FILE => 400, HEADER => 120, DEPTH => 4, TOP => 30};

# The contract with plugins is one header, on purpose.
my %exempt = map { $_ => 1 } 'sdk/include/smtp-gated/plugin.h',
    files(qr{/plugin\.h$}, 'sdk/abi');

my $excuse = qr{/\*\s*long:\s*\S};
my @sources = files(qr/\.[ch]$/, 'daemon', 'sdk', 'plugins', 't');
my %lines = map { $_ => [split /\n/, slurp($_), -1] } @sources;

# Every function: [file, name, first line, last line].
sub functions () {
    return unless @sources;
    open my $ctags, '-|', 'ctags', '-f', '-', '--kinds-C=f', '--fields=ne', '--sort=no',
        '--language-force=C', map { src($_) } @sources or die "ctags: $!";
    my @found;
    while (<$ctags>) {
        my ($name, $file) = split /\t/;
        my ($line) = /\tline:(\d+)/;
        my ($end) = /\tend:(\d+)/;
        push @found, [substr($file, length(SG::src_dir()) + 1), $name, $line, $end] if $end;
    }
    return @found;
}

sub excused ($file, $from, $to) {
    my $last = $#{$lines{$file}};
    $from = 0 if $from < 0;
    $to = $last if $to > $last;
    return grep { $_ =~ $excuse } @{$lines{$file}}[$from .. $to];
}

# Braces within braces: what a reader must hold in mind at the worst place.
sub depth ($file, $from, $to) {
    my ($now, $most) = (0, 0);
    for (@{$lines{$file}}[$from - 1 .. $to - 1]) {
        (my $code = $_) =~ s{"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|//.*|/\*.*?\*/}{}g;
        for my $brace ($code =~ /[{}]/g) {
            $now += $brace eq '{' ? 1 : -1;
            $most = $now if $now > $most;
        }
    }
    return $most;
}

sub middle (@values) {
    my @sorted = sort { $a <=> $b } @values;
    return @sorted ? $sorted[$#sorted / 2] : 0;
}

sub none ($title, @found) {
    ok(!@found, $title) or diag(join "\n", @found);
}

my (@long, @deep, @size, @big);
for (functions()) {
    my ($file, $name, $from, $to) = @$_;
    my $size = $to - $from + 1;
    push @size, $size;
    push @long, "$file:$from: $name has $size lines" if $size > FUNCTION && !excused($file, $from - 2, $to - 1);
    my $depth = depth($file, $from, $to);
    push @deep, "$file:$from: $name has $depth levels" if $depth > DEPTH;
}
for my $file (grep { !$exempt{$_} } @sources) {
    my $size = @{$lines{$file}} - 1;
    my $most = $file =~ /\.h$/ ? HEADER : FILE;
    push @big, "$file has $size lines, $most are meant" if $size > $most && !excused($file, 0, TOP - 1);
}

my $over = grep { $_ > 45 } @size;
note(sprintf '%d functions, median %d lines, %d over 45; %d files, median %d lines', scalar @size,
     middle(@size), $over, scalar @sources, middle(map { @{$lines{$_}} - 1 } @sources));

cmp_ok(scalar @size, '>', 0, 'ctags finds functions');
none('functions have at most ' . FUNCTION . ' lines, or say why', @long);
none('nesting stays within ' . (DEPTH - 1) . ' levels', @deep);
none('files have at most ' . FILE . ' lines and headers ' . HEADER . ', or say why', @big);
cmp_ok(middle(@size), '<', 16, 'the median function is short');
done_testing;
