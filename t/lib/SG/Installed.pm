# An installed smtp-gated, and nothing else of it: `make install` into an empty
# folder, which a mount namespace shows at its proper place, while the source and
# the build tree cannot be read there.
package SG::Installed;
use v5.36;
use Carp ();
use SG;

my @made;
my $owner = $$;

# What a make in the build tree says.  Where a make runs the tests, it would do as that
# was told: name the directories, wait for its turn.
sub _make ($arguments) {
    my $build = SG::build_dir();
    local %ENV = %ENV;
    delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL)};
    return scalar qx(cd $build && make -s $arguments 2>&1);
}

# A variable of the build's Makefile, expanded.
sub make_variable ($name) {
    my @said = split /\n/, _make("-f Makefile --eval 'sg-show:; \@echo \$($name)' sg-show");
    return $said[-1] // '';    # the Makefile may have been made anew before
}

# False, with the reason, where the system does not let us.  net: with a network of its own.
sub make ($class, %opt) {
    my $self = bless { root => SG::tempdir(), prefix => make_variable('prefix'), apart => [ '-m', $opt{net} ? '-n' : () ] },
        $class;
    return (undef, 'the prefix is /usr') if $self->{prefix} =~ m{^/usr/?$};
    my $said = _make("install DESTDIR=$self->{root}");
    Carp::croak("make install: $said") if $?;
    return $self->_hide ? $self : (undef, 'no mount namespace can be made');
}

sub prefix ($self) { return $self->{prefix} }

# The same as seen from outside.
sub root ($self) { return $self->{root} . $self->{prefix} }

# The namespace lives as long as a shell in it, which waits for our end.  The prefix may
# lie in a tree that is hidden (that of `make distcheck` does), so it is put in place
# last, and what hides can be passed through, though not looked into.
sub _hide ($self) {
    my $script = <<'SH';
umask 022
for tree in "$4" "$3"; do
    [ ! -d "$tree" ] || mount -t tmpfs -o mode=0111 none "$tree" || exit 1
done
mkdir -p "$2" && mount --bind "$1$2" "$2" || exit 1
echo ready && exec cat >/dev/null
SH
    pipe(my $hold, $self->{leash}) or Carp::croak("pipe: $!");
    my $pid = open(my $out, '-|') // Carp::croak("fork: $!");
    if ($pid == 0) {
        CORE::close($self->{leash});
        open(STDIN, '<&', $hold);
        exec 'unshare', @{ $self->{apart} }, qw(--propagation private sh -c), $script, 'hide', $self->{root},
            $self->{prefix}, SG::src_dir(), SG::build_dir();
    }
    @$self{qw(pid out)} = ($pid, $out);
    push @made, $self;
    return (readline($out) // '') eq "ready\n";
}

# In the namespace: the words before a command.
sub wrap ($self, @more) { return ('nsenter', @{ $self->{apart} }, '-t', $self->{pid}, @more, '--') }

# Runs a shell line there, in a folder, as an ordinary user unless `root`;
# (succeeded, what it said).
sub run ($self, $folder, $line, %opt) {
    my @user = $opt{root} ? () : qw(setpriv --reuid 65534 --regid 65534 --clear-groups);
    my @command = ($self->wrap, @user, qw(env -i HOME=/nonexistent CCACHE_DISABLE=1), $self->_environment, qw(sh -c),
        'cd "$1" && eval "$2"', 'sh', $folder, $line);
    my $pid = open(my $out, '-|') // Carp::croak("fork: $!");
    if ($pid == 0) {
        open(STDERR, '>&', \*STDOUT);
        exec @command;
    }
    my $said = do { local $/; readline($out) };
    CORE::close($out);
    return ($? == 0, $said // '');
}

# pkg-config looks in /usr/local by itself; with another prefix one has to tell it.
sub _environment ($self) {
    my @told = $self->{prefix} eq '/usr/local' ? () : "PKG_CONFIG_PATH=$self->{prefix}/lib/pkgconfig";
    return ('PATH=' . $self->path, @told);
}

sub path ($self) { return "$self->{prefix}/bin:$self->{prefix}/sbin:/usr/sbin:/usr/bin:/sbin:/bin" }

END {
    my $status = $?;
    if ($$ == $owner) {
        for my $self (@made) {
            CORE::close($self->{leash});
            CORE::close($self->{out});
        }
    }
    $? = $status;
}

1;
