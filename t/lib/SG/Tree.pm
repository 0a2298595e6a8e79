# The source tree, as the style tests read it: which files there are and what
# stands in them.  The tests of the running daemon use SG.pm.
package SG::Tree;
use strict;
use warnings;
use Exporter 'import';
use Cwd qw(abs_path getcwd);
use File::Basename qw(dirname);
use File::Find qw(find);

our @EXPORT = qw(src build built files slurp includes tables hooks);

my $src = $ENV{SG_SRC} || abs_path(dirname(__FILE__) . '/../../..');
my $build = $ENV{SG_BUILD} || (-x getcwd() . '/smtp-gated' ? getcwd() : "$src/build");

sub src { return @_ ? "$src/$_[0]" : $src }
sub build { return @_ ? "$build/$_[0]" : $build }

# Skips the whole test unless the file was built.
sub built {
    my ($file) = @_;
    return build($file) if -e build($file);
    Test::More::plan(skip_all => "$file is not built in $build");
}

# The files below these folders whose names match, relative to the source
# tree, sorted.  Folders that do not exist hold none.
sub files {
    my ($match, @folders) = @_;
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

sub slurp {
    my ($file) = @_;
    open my $in, '<:encoding(UTF-8)', $file =~ m{^/} ? $file : "$src/$file" or die "$file: $!";
    local $/;
    return scalar <$in>;
}

# What a C file includes: [line, delimiter, name] each.
sub includes {
    my ($file) = @_;
    my ($line, @found) = (0);
    for (split /\n/, slurp($file)) {
        $line++;
        push @found, [$line, $1, $2] if /^\s*#\s*include\s*([<"])([^>"]+)/;
    }
    return @found;
}

# The first arguments of a .def file's rows.
sub tables {
    my ($file, $row) = @_;
    return slurp($file) =~ /^\Q$row\E\((\w+)/mg;
}

sub hooks { return tables('daemon/plugin/hooks.def', 'HOOK') }

1;
