# What the documents for plugin authors show has been compiled and run: each block of
# C, settings or script is part of a file that some test builds and plays; a command
# and what it prints are run by t/sdk/writing.t.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

# Whose tests there are, beside t/plugins: examples.t, play.t, take-home.t, header.t.
my @tested = grep { !m{^plugins/chaos/} }
    files(qr/\.(?:[ch]|conf|t)$/, 'plugins', 'sdk/examples', 'sdk/skeleton', 'sdk/include', 't/sdk/slow.c');
my %tested = map { $_ => "\n" . slurp($_) =~ s/^[ ]+//mgr } @tested;

# [kind, text] of each block between fences, and of what is set in by four blanks.
sub blocks ($document) {
    my $text = slurp($document);
    my @found;
    push @found, [ $1, $2 ] while $text =~ /^```(.*?)\n(.*?)^```$/msg;
    $text =~ s/^```.*?^```$//msg;
    push @found, [ 'unnamed', $1 ] while $text =~ /\n\n((?:    .*\n|\n(?=    ))+)/g;
    return @found;
}

# Whole lines; how far they are set in is the document's.
sub is_tested ($text) {
    my $lines = "\n" . $text =~ s/^[ ]+//mgr;
    return grep { index($tested{$_}, $lines) >= 0 } @tested;
}

# Where it is likely to be from, for whoever has changed that.
sub likely ($text) {
    my ($first) = $text =~ /^ *(.*)/;
    my ($file) = grep { index($tested{$_}, "\n$first\n") >= 0 } @tested;
    return "'$first' …: " . ($file ? "$file has changed: copy it again" : 'stands nowhere');
}

sub faults ($document, $commands) {
    my @faults;
    for (blocks($document)) {
        my ($kind, $text) = @$_;
        next if $commands && $kind =~ /^(?:sh|sh root|sh cmake|sh meson|text)$/;
        push @faults, "a block '$kind', " . likely($text)
            if $kind !~ /^(?:c|conf|script)$/ || !is_tested($text);
    }
    return @faults;
}

for ([ 'doc/writing-plugins.md', 1 ], [ 'doc/hooks.md', 0 ]) {
    my ($document, $commands) = @$_;
    cmp_ok(scalar(() = blocks($document)), '>', 10, "$document has blocks to look at");
    my @faults = faults($document, $commands);
    ok(!@faults, "what $document shows stands in files that are tested") or diag(join "\n", @faults);
}

my @examples = map { m{([\w-]+)\.c$} } files(qr/\.c$/, 'sdk/examples');
my @without = grep { !-e src("sdk/examples/$_.t") } @examples;
is("@without", '', 'each example has its script');
my $text = slurp('doc/writing-plugins.md');
is(join(' ', grep { $text !~ /\b\Q$_\E\.c\b/ } @examples), '', 'and is in the document');
done_testing;
