# What must not stay in the tree: notes to oneself, paths of somebody's machine,
# tabs where layout is the formatter's, lines that end in blanks.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

# Spelt in pieces, so that this file does not find itself.
my @notes = map { join '', @$_ } (['TO', 'DO'], ['FIX', 'ME'], ['XX', 'X'], ['HA', 'CK:']);
my $note = join '|', map { "\\b\Q$_\E(?!\\w)" } @notes;
my $machine = join '|', map { "(?<![\\w.])/$_/" } 'home/[a-z]', 'work', 'root', 'Users';

my @text = grep { !m{^build-aux/|^m4/|(?:^|/)Makefile\.in$|^configure$|^aclocal} }
    files(qr{\.(?:[chlm]|def|am|ac|t|pm|pl|pod|md|mdoc|[1-8]|[1-8]\.in|conf|in|map|service|sh)$|/dev$|/\.ci/run$}, '.');

# The places where a pattern stands, as file:line.
sub places ($pattern, @files) {
    my @found;
    for my $file (@files) {
        my $line = 0;
        for (split /\n/, slurp($file)) {
            $line++;
            push @found, "$file:$line: $_" if /$pattern/;
        }
    }
    return @found;
}

sub absent ($title, $pattern, @files) {
    my @found = places($pattern, @files);
    ok(!@found, $title) or diag(join "\n", @found);
}

my @code = grep { /\.[ch]$/ } @text;
cmp_ok(scalar @text, '>', 50, 'there are files to read');
absent('nothing is left as a note to oneself', qr/$note/, @text);
absent('no path belongs to one machine', qr/$machine/, @text);
absent('no line ends in blanks', qr/[ \t]$/, grep { !/\.md$/ } @text);
absent('C code has no tabs', qr/\t/, @code);

# Plain English, as far as a pattern can tell, in what users and authors read.
my @read = grep { m{^(?:README\.md|doc/|conf\.d/|smtp-gated\.conf|sdk/include/|sdk/kit/.*\.h$|plugins/[^/]+/[^/]+\.mdoc$)}
        || $_ eq 'daemon/conf/core_options.c' } @text;
cmp_ok(scalar @read, '>', 50, 'there are pages to read');
absent('"behind" is said of places only: a proxy, a router', qr/\bbehind\b(?!-)(?! (?:the|a) (?:proxy|router|NAT)\b)/i, @read);
absent('an exception is "except", not "but"',
    qr/\bbut for\b|\b(?:nothing|none|nobody|anybody|anything|everything|everybody|all|function) but\b/i, @read);
absent('a thing "is not a", and never "is no", another', qr/(?<!there )\b(?:is|was) no (?!longer\b|more\b|one\b)[a-z]/i, @read);
absent('the same of errors, and of lines of the log', qr/"[^"]*(?:\bbehind\b(?! the NAT\b)|\bbut for\b|(?<!there )\bis no (?!longer\b)[a-z])[^"]*"/,
    grep { m{^(?:daemon|plugins|sdk)/} } @code);
absent('no sentence begins with "Who" that is not a question', qr/(?:^|[.:] |\/\* )Who(?:ever)?\b(?! (?:is who|is connected|we are|the client is))[^?]*$/, @read);
done_testing;
