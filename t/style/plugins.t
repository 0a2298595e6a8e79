# A plugin knows the SDK, libc and its library; it has a manual and an example in
# conf.d that names each of its options with its default.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

# What else a plugin may include, beside libc and the SDK.
my %library = (
    'action-script' => ['uv.h'],
    'nat-netfilter' => [ 'linux/netfilter_ipv4.h', 'linux/netfilter_ipv6/ip6_tables.h' ],
    'regex'         => ['pcre2.h'],
    'av-libclamav'  => [ 'clamav.h', 'linux/magic.h' , 'uv.h'],
    'lock-files'    => ['uv.h'],
);

# Fixtures of the tests: not installed, so without manual and example.
my %fixture = (chaos => 1);

my $libc = do {
    my $names = join '|', qw(
        assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
        stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar
        wchar wctype aio dirent dlfcn fcntl fnmatch ftw glob grp iconv langinfo netdb poll pthread pwd
        ifaddrs regex sched search semaphore spawn strings syslog termios unistd endian getopt),
        'arpa/inet', 'net/if', 'netinet/(?:in|tcp|ip)',
        'sys/(?:file|ioctl|mman|resource|select|socket|stat|statfs|statvfs|time|types|uio|un|wait)';
    qr/^(?:$names)\.h$/;
};

sub plugins () {
    my %found = map { m{^plugins/([^/]+)/} ? ($1 => 1) : () } files(qr/\.c$/, 'plugins');
    return sort keys %found;
}

# ------------------------------------------------------------------ includes --

sub stranger ($plugin, $delimiter, $name) {
    return 0 if $name =~ m{^smtp-gated/} || $name =~ $libc;
    return 0 if $delimiter eq '"' && $name !~ m{/};
    return !grep { $_ eq $name } @{ $library{$plugin} // [] };
}

sub strangers ($plugin) {
    my @found;
    for my $file (files(qr/\.[ch]$/, "plugins/$plugin")) {
        push @found, map { "$file:$_->[0]: $_->[2]" }
            grep { stranger($plugin, @$_[ 1, 2 ]) } includes($file);
    }
    return @found;
}

# ------------------------------------------------------------------- options --

my $string = qr/"(?:\\.|[^"\\])*"/;
my $default = qr/NULL|$string(?:\s*$string)*/;

sub plain ($literal) {
    return undef if $literal eq 'NULL';
    return join '', map { s/\A"|"\z//gr =~ s/\\(.)/$1/gr } $literal =~ /$string/g;
}

# [name, type, default] of each row of the option table.
sub options ($plugin) {
    my @found;
    for my $file (files(qr/\.c$/, "plugins/$plugin")) {
        my $text = slurp($file) =~ s{/\*.*?\*/}{}gsr;
        my ($table) = $text =~ /struct sg_option \w+\[\] = \{(.*?)SG_OPT_END\b/s or next;
        push @found, [ $2, $1, plain($3) ]
            while $table =~ /\bSG_OPT_(\w+)\(\s*struct \w+,\s*(\w+),\s*($default)/g;
        push @found, [ $1, $2, plain($3) ]
            while $table =~ /\{\s*"(\w+)",\s*SG_(\w+),\s*offsetof\([^()]*\),\s*($default)/g;
    }
    return @found;
}

# As the file would have it: lists in braces, text in quotes, words and numbers bare.
sub written ($type, $value) {
    return qr/\{\Q$value\E\}/ if $type eq 'FLAGS';
    return $value =~ /\A[\w.-]+\z/ ? qr/"?\Q$value\E"?/ : qr/"\Q$value\E"/;
}

sub missing ($example, $option) {
    my ($name, $type, $default) = @$option;
    return $example !~ /^#\Q$name\E = \S.*$/m || $example !~ /not set/ if !defined $default;
    my $value = written($type, $default);
    return $example !~ /^#\Q$name\E = $value$/m;
}

# -------------------------------------------------------------------- memory --

# What can fail for want of memory is asked of the host, where that ends the worker: a
# check cannot be left out because of it.
sub own_memory () {
    my $call = qr/\b(?:malloc|calloc|realloc|reallocarray|aligned_alloc|v?asprintf|strn?dup)\s*\(/;
    my @found;
    for my $file (files(qr/\.[ch]$/, 'plugins', 'sdk/kit', 'sdk/examples', 'sdk/skeleton')) {
        my $text = slurp($file) =~ s{/\*.*?\*/}{}gsr;
        push @found, map { "$file: $_" } $text =~ /($call)/g;
    }
    return @found;
}

# ---------------------------------------------------------------------- main --

my @plugins = plugins();
cmp_ok(scalar @plugins, '>', 8, 'there are plugins');
my @own_memory = own_memory();
ok(!@own_memory, 'plugins and the kit take memory of sg_alloc() only') or diag(join "\n", @own_memory);

for my $plugin (@plugins) {
    my @strangers = strangers($plugin);
    ok(!@strangers, "$plugin includes the SDK, libc and its library only") or diag("@strangers");
    next if $fixture{$plugin};

    ok(-s src("plugins/$plugin/$plugin.mdoc"), "$plugin has a manual");
    my ($file) = files(qr{/\d\d-\Q$plugin\E\.conf$}, 'conf.d');
    ok($file, "$plugin has an example in conf.d") or next;
    my $example = slurp($file);
    my @options = options($plugin);
    my @missing = map { $_->[0] } grep { missing($example, $_) } @options;
    ok(!@missing, "the example of $plugin names each option with its default") or diag("@missing");
    my %known = map { $_->[0] => 1 } @options;
    my @unknown = grep { !$known{$_} } $example =~ /^#?(\w+) = /mg;
    ok(!@unknown, "and no other") or diag("@unknown");
    ok($example !~ /^[^#\n]/m, 'all of it is comment');
}

# Who adds a hook adds it to those who show, and misuse, every one.
for my $plugin ('trace', 'chaos') {
    my $source = slurp("plugins/$plugin/$plugin.c");
    my @without = grep { $source !~ /\.$_ = ${plugin}_$_\b/ } hooks();
    ok(!@without, "$plugin has every hook") or diag("@without");
}

my ($names) = slurp('plugins/chaos/chaos.c') =~ /hooks\[\] = \{(.*?)NULL/s;
is_deeply([ $names =~ /"(\w+)"/g ], [ hooks() ], 'chaos can be told to misbehave at each');

done_testing;
