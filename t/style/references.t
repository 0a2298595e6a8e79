# What a document points at is there: links to files, and tests that are named.  So are the
# sources that a comment names.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Basename qw(dirname);
use SG::Tree;
use Test::More;

my @documents = (files(qr/\.md$/, 'doc'), 'README.md');

# Links within a document's own folder or to another; not to the world.
sub links ($document) {
    my $folder = dirname($document);
    return map { s/#.*//r } grep { !/^(?:https?:|#)/ } map { $_ =~ s{^}{$folder/}r }
        slurp($document) =~ /\]\(([^)\s]+)\)/g;
}

# `t/dialogue/a.t, b.t`: a name without a folder is in that of the one before, or is
# the script of an example.
sub tests ($document) {
    my ($folder, @found) = ('t');
    for (slurp($document) =~ m{\b((?:t/\w+/)?[\w-]+\.t)\b}g) {
        ($folder) = m{^(.*)/} if m{/};
        push @found, m{/} ? $_ : -e src("sdk/examples/$_") ? "sdk/examples/$_" : "$folder/$_";
    }
    return @found;
}

cmp_ok(scalar @documents, '>', 10, 'there are documents');
for my $document (@documents) {
    my @lost = grep { !-e src($_) } links($document), tests($document);
    is("@lost", '', "what $document points at is there");
}

# `see words.c`, `step.c's table`: in its own folder, or anywhere in the tree.
my %known = map { m{([^/]+)$} ? ($1 => 1) : () } files(qr/\.(?:[chtl]|pl|pm|def|am|md)$/, 'daemon', 'plugins', 'sdk', 't', 'doc');

my %of_others = map { $_ => 1 } qw(confuse.h sysexits.h);

sub sources ($file) {
    my $comments = join ' ', slurp($file) =~ m{/\*.*?\*/}gs;
    return grep { !$known{$_} && !$of_others{$_} } $comments =~ m{(?<![<\w/.-])([a-z][\w-]*\.[ch])\b}g;
}

my @strays = map { my $file = $_; map { "$file: $_" } sources($file) } files(qr/\.[ch]$/, 'daemon', 'plugins', 'sdk', 't');
is(join("\n", @strays), '', 'a source that a comment names is there');
done_testing;
