# Who may include whom (doc/architecture.md).  The #include lines are read, not
# the link lines: a layer that does not know a header cannot depend on it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

# layer => the layers whose headers it may include besides its own.
my %below = (
    base    => [],
    conf    => ['base'],
    smtp    => ['base'],
    net     => ['base'],
    plugin  => ['conf', 'base'],
    worker  => ['session/steps', 'session/store', 'net', 'plugin', 'conf', 'base'],
    keeper  => ['worker', 'plugin', 'conf', 'base'],
    master  => ['conf', 'base'],
    main_master  => ['master', 'conf', 'base'],
    main_session => ['keeper', 'plugin', 'conf', 'base'],
);

# The floors of a session, from the bottom: each includes what it may of the daemon, and the
# floors before it.
my @floors = qw(store model talk hooks life steps);
for my $i (0 .. $#floors) {
    $below{"session/$floors[$i]"} =
        [ qw(smtp plugin net conf base), map { "session/$_" } @floors[0 .. $i - 1] ];
}

# The one header that the core shares with plugins; these layers live without.
my %without_sdk = map { $_ => 1 } qw(base smtp net master main_master);

# Libraries that only one layer of the core may know.
my %owner = ('uv.h' => 'net', 'confuse.h' => 'conf', 'dlfcn.h' => 'plugin');

# Protocol code is pure: bytes in, tokens out.
my $input_output = qr{^(?:sys/(?:socket|epoll|uio|un)\.h|netinet/|arpa/|netdb\.h|unistd\.h|poll\.h|fcntl\.h)};

sub layer_of ($file) { return $file =~ m{^daemon/(?:(session/\w+|\w+)/|(main_\w+)\.c)} ? $1 // $2 : undef }

# Where a quoted include of a file in daemon/ leads, as a path from the top.
sub resolve ($file, $name) {
    my @at = split m{/}, $file;
    pop @at;
    for (split m{/}, $name) {
        if ($_ eq '..') { pop @at }
        elsif ($_ ne '.') { push @at, $_ }
    }
    return join '/', @at;
}

# What is wrong with one include of a daemon file; nothing if it is fine.
sub fault ($layer, $file, $delimiter, $name) {
    return $without_sdk{$layer} ? "$layer knows nothing of plugins" : ()
        if $name =~ m{^smtp-gated/};
    return "only $owner{$name} may include it" if $owner{$name} && $owner{$name} ne $layer;
    return 'protocol code does no input or output' if $layer eq 'smtp' && $name =~ $input_output;
    return if $delimiter eq '<';
    my $target = resolve($file, $name);
    return if $target eq 'config.h' || $target eq 'daemon/smtp/verbs.def';    # a table, no code
    my $to = layer_of($target) // return "$target is no part of the daemon";
    return if $to eq $layer || grep { $_ eq $to } @{$below{$layer}};
    return "$layer may not include $to";
}

sub faults_of_core () {
    my @faults;
    for my $file (files(qr/\.[ch]$/, 'daemon')) {
        my $layer = layer_of($file);
        push(@faults, "$file: belongs to no layer"), next unless $layer && $below{$layer};
        for (includes($file)) {
            my ($line, $delimiter, $name) = @$_;
            push @faults, map { "$file:$line: $name: $_" } fault($layer, $file, $delimiter, $name);
        }
    }
    return @faults;
}

# The tool is the daemon under another main(): what it may include of it.
my %of_tool = map { $_ => 1 } (qw(keeper worker net smtp plugin conf base), map { "session/$_" } @floors);

sub of_tool ($file) { return $file =~ m{^sdk/tool/} }

sub faults_of_tool () {
    my @faults;
    for my $file (grep { of_tool($_) } files(qr/\.[ch]$/, 'sdk')) {
        for (includes($file)) {
            my ($line, $delimiter, $name) = @$_;
            my $layer = $delimiter eq '"' ? layer_of(resolve($file, $name)) : undef;
            push @faults, "$file:$line: the tool may not include $layer"
                if $layer && !$of_tool{$layer};
        }
    }
    return @faults;
}

# A plugin or a piece of the SDK sees its own folder, the SDK and libraries.
sub faults_outside ($folder) {
    my @faults;
    for my $file (grep { !of_tool($_) } files(qr/\.[ch]$/, $folder)) {
        my ($own) = $file =~ m{^(\w+/[^/]+)/};
        for (includes($file)) {
            my ($line, $delimiter, $name) = @$_;
            my $fine = $delimiter eq '<' ? $name !~ m{daemon/} :
                $name =~ m{^smtp-gated/} || resolve($file, $name) =~ m{^\Q$own\E/};
            push @faults, "$file:$line: $name is not of the SDK" unless $fine;
        }
    }
    return @faults;
}

sub none ($title, @faults) {
    ok(!@faults, $title) or diag(join "\n", @faults);
}

cmp_ok(scalar files(qr/\.[ch]$/, 'daemon'), '>', 20, 'the daemon has sources to read');
none('each layer of the daemon includes only what lies below it', faults_of_core());
none('plugins include the SDK and nothing of the daemon', faults_outside('plugins'));
none('the SDK includes nothing of the daemon', faults_outside('sdk'));
none('but its tool, which knows no master', faults_of_tool());
done_testing;
