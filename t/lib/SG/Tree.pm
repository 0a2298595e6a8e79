# The source tree, as the style tests read it: which files there are and what
# stands in them.  The tests of the running daemon use SG.pm.
package SG::Tree;
use v5.36;
use Exporter 'import';
use File::Find qw(find);
use SG;

our @EXPORT = qw(src built files slurp includes tables hooks);

my $src = SG::src_dir();

sub src ($file) { return "$src/$file" }

# The path of what was built; skips the whole test if it was not.
sub built ($file) {
    my $path = SG::build_dir() . "/$file";
    SG::need($path);
    return $path;
}

# The files below these folders whose names match, relative to the source
# tree, sorted.  Folders that do not exist hold none.
sub files ($match, @folders) {
    my @found;
    my $wanted = sub {
        return $File::Find::prune = 1 if -d && /^(?:\.git|\.libs|\.deps|autom4te\.cache|build.*)$/;
        push @found, substr $File::Find::name, length("$src/") if -f && $File::Find::name =~ $match;
    };
    my @there = grep { -e } map { $_ eq '.' ? $src : "$src/$_" } @folders;
    find($wanted, @there) if @there;
    @found = sort @found;
    return @found;
}

sub slurp ($file) {
    open my $in, '<:encoding(UTF-8)', $file =~ m{^/} ? $file : "$src/$file" or die "$file: $!";
    local $/;
    return scalar <$in>;
}

# What a C file includes: [line, delimiter, name] each.
sub includes ($file) {
    my ($line, @found) = (0);
    for (split /\n/, slurp($file)) {
        $line++;
        push @found, [$line, $1, $2] if /^\s*#\s*include\s*([<"])([^>"]+)/;
    }
    return @found;
}

# The first arguments of a .def file's rows.
sub tables ($file, $row) {
    return slurp($file) =~ /^\Q$row\E\((\w+)/mg;
}

sub hooks () { return tables('daemon/plugin/hooks.def', 'HOOK') }

1;
