# plugin.h needs nothing but libc and compiles alone, in every language a
# plugin may be written in, without a warning; and so do the headers of the kit.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp qw(tempdir);
use SG::Tree;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my @warnings = qw(-Wall -Wextra -Wshadow -pedantic-errors -Werror -fsyntax-only);
my $include = '#include <smtp-gated/plugin.h>';
my @kit = map { s{^sdk/include/smtp-gated/}{}r } files(qr/\.h$/, 'sdk/include/smtp-gated/kit');

# A whole plugin: the macros must expand in each language, too, although designated
# initialisers came to C++ in 2020 only.
my $plugin = <<'C';
#include <smtp-gated/plugin.h>
struct mine { int on; uint64_t most; const char *text; };
static const struct sg_option options[] = {
    SG_OPT_BOOL(struct mine, on, "yes", "whether"),
    SG_OPT_SIZE(struct mine, most, "10M", "how much"),
    SG_OPT_SIZE_IN(struct mine, most, "10M", 1024, 1 << 30, "how much"),
    SG_OPT_STRING(struct mine, text, NULL, "what"),
    SG_OPT_END,
};
static struct sg_verdict mine_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct mine *my = (const struct mine *)self;
    (void)s;
    return my->on && sg_mail_size(m) > my->most ? sg_answer(SG_REJECT, my->text) : sg_pass();
}
SG_PLUGIN(mine, .summary = "an example", .options = options,
          .settings_size = sizeof(struct mine), .end = mine_end)
C

# clang counts the fields that SG_PLUGIN leaves out in C.
my @partial = ('-Wno-missing-field-initializers');

my @languages = (
    # compiler, standard, suffix, can it use the macros?
    ['gcc', 'c99', 'c', 1],
    ['gcc', 'c11', 'c', 1],
    ['g++', 'c++11', 'cc', 1],
    ['g++', 'c++17', 'cc', 1],
    ['g++', 'c++20', 'cc', 1],
    ['clang', 'c99', 'c', 1],
    ['clang', 'c11', 'c', 1],
    ['clang++', 'c++11', 'cc', 1],
    ['clang++', 'c++17', 'cc', 1],
    ['clang++', 'c++20', 'cc', 1],
);

# text: of one file, or { name => text } of several, each compiled alone.
sub compiles ($compiler, $standard, $suffix, $text, @more) {
    my %text = ref $text ? %$text : (try => $text);
    SG::Conf::write_file("$dir/$_.$suffix", $text{$_}) for keys %text;
    my $include_dir = src('sdk/include');
    my $files = join ' ', map { "$_.$suffix" } sort keys %text;
    my $said = `cd $dir && $compiler -std=$standard @warnings @more -I$include_dir $files 2>&1`;
    return ($? == 0, $said);
}

sub twice ($header) { return "#include <smtp-gated/$header>\n" x 2 }

for (@languages) {
    my ($compiler, $standard, $suffix, $macros) = @$_;
SKIP: {
        skip "$compiler is not installed", 1 + $macros if system("command -v $compiler >/dev/null");
        my ($fine, $said) = compiles($compiler, $standard, $suffix, { map { s{\W}{_}gr => twice($_) } 'plugin.h', @kit });
        ok($fine, "$compiler -std=$standard takes plugin.h, and each header of the kit, alone and twice") or diag($said);
        next unless $macros;
        ($fine, $said) = compiles($compiler, $standard, $suffix, $plugin, $suffix eq 'c' ? @partial : ());
        ok($fine, "$compiler -std=$standard takes a plugin") or diag($said);
    }
}

# An option fills a field of one type; the mistake that lies near does not compile.
my %types_of = (
    BOOL => ['int', 'char'], INT => ['long', 'int'], SIZE => ['uint64_t', 'long'],
    DURATION => ['uint64_t', 'unsigned'], FLOAT => ['double', 'float'],
    STRING => ['const char *', 'char'], PATH => ['const char *', 'int *'],
    IP => ['struct sockaddr_storage', 'struct sockaddr'],
    ENDPOINT => ['struct sg_endpoint', 'const char *'], NETS => ['struct sg_nets *', 'const char **'],
    ENUM => ['int', 'unsigned'], FLAGS => ['unsigned', 'int'], STRINGS => ['const char **', 'const char *'],
    REGEX => ['const char *', 'const char **'], REGEXES => ['struct sg_regexes *', 'const char **'], SECRET => ['const char *', 'char'], MODE => ['unsigned', 'long'],
    SIZE_IN => ['uint64_t', 'long'], DURATION_IN => ['uint64_t', 'unsigned'],
);
my %arguments = (
    (map { $_ => 'NULL, 0, 9' } 'INT', 'SIZE_IN', 'DURATION_IN'), ENUM => 'NULL, words', FLAGS => 'NULL, words');

# A structure with one option.  A complaint of the compiler about it bears the name.
sub one_option ($kind, $type, $name) {
    my $arguments = $arguments{$kind} // 'NULL';
    return <<~C;
        #line 1 "$name"
        struct $name { $type field; };
        extern const struct sg_option options_$name\[];
        const struct sg_option options_$name\[] = {
            SG_OPT_$kind(struct $name, field, $arguments, "it"), SG_OPT_END};
        C
}

# All of them in one file: compilers are slow to start.  What is complained of.
sub complained_of ($compiler, $standard, $suffix, @options) {
    my $text = join "\n", $include, 'extern const char *const words[];', @options, '';
    my $most = $compiler =~ /clang/ ? '-ferror-limit=0' : '-ftrack-macro-expansion=0';
    my ($fine, $said) = compiles($compiler, $standard, $suffix, $text, $most);
    my %found = map { $_ => 1 } $said =~ /^((?:good|bad)_\w+):\d+.*error:/mg;
    return ($fine, $said, %found);
}

is(join(' ', sort keys %types_of), join(' ', sort grep { $_ ne 'END' } slurp('sdk/include/smtp-gated/plugin.h') =~ /^#define SG_OPT_(\w+)\(/mg),
    'every kind of option is tried');
for (grep { $_->[3] } @languages) {
    my ($compiler, $standard, $suffix) = @$_;
SKIP: {
        skip "$compiler is not installed", 2 if system("command -v $compiler >/dev/null");
        my @kinds = sort keys %types_of;
        my @good = map { one_option($_, $types_of{$_}[0], "good_$_") } @kinds;
        my ($fine, $said) = complained_of($compiler, $standard, $suffix, @good);
        ok($fine, "$compiler -std=$standard takes each option with the field it fills") or diag($said);
        my @both = map { (one_option($_, $types_of{$_}[1], "bad_$_"), shift @good) } @kinds;
        (undef, $said, my %found) = complained_of($compiler, $standard, $suffix, @both);
        is(join(' ', sort keys %found), join(' ', map { "bad_$_" } @kinds), 'and none with another') or diag($said);
    }
}

cmp_ok(scalar @kit, '>=', 6, 'the kit has its headers');
# ---------------------------------------------------------------- words --

# What the header declares, with whether a comment stands above it: lines without an
# empty one between them share theirs.
sub declarations ($text) {
    my ($explained, %found) = (0);
    $text =~ s{^static inline .*\}$}{}mg;
    $text =~ s{^static inline .*?^\}$}{}msg;
    $text =~ s{^#define SG_PLUGIN\(.*?^    \}$}{}ms;
    for (split /\n/, $text) {
        $explained = 0 if /^\s*$/;
        $explained = 1 if m{\*/} && !/^\s*struct .*;/;
        $found{$1} = $explained
            if /^[a-z][\w\s*]*?\b(\w+)\([^*]/ || /^((?:struct|enum) \w+)\s*[{;]/ || /^typedef .*\b(\w+);/
            || /^typedef .*\b(\w+)\(/;
    }
    return %found;
}

# A callback has one of its own.
sub unexplained_callbacks ($text) {
    return grep { $text !~ m{\*/\n    [\w ]+ \(\*\Q$_\E\)\(} } $text =~ /^    [\w ]+\(\*(\w+)\)\(/mg;
}

for my $header ('sdk/include/smtp-gated/plugin.h', files(qr/\.h$/, 'sdk/include/smtp-gated/kit')) {
    my $text = slurp($header);
    my %declared = declarations($text);
    cmp_ok(scalar keys %declared, '>', 3, "$header declares something");
    my @bare = sort grep { !$declared{$_} } keys %declared;
    is(join(', ', @bare, unexplained_callbacks($text)), '', '… and says of each what its contract is');
}

my ($fine) = compiles('gcc', 'c99', 'c', "$include\nint broken = sg_no_such;\n");
ok(!$fine, 'what is wrong does not compile');
done_testing;
