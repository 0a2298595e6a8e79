# The manual pages are made from the programs' own tables: each is there, has
# what it must have, and is accepted by mandoc and by groff.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

SG::need('mandoc', 'groff');
my $build = SG::build_dir();
built('doc/man/smtp-gated.8');

sub page ($name) { return slurp("$build/doc/man/$name") }

# What a tool says of a page; nothing if it has no complaint.
sub said (@command) { return scalar qx(@command 2>&1 >/dev/null) . ($? ? "exit status $?" : '') }

sub accepted ($name) {
    my $path = "$build/doc/man/$name";
    # Long lines of the source, pages that are not installed, and functions of C that prose names
    # are no faults of the page.
    my $mandoc = join '', grep { /^mandoc: \Q$path\E/ && !/longer than 80 bytes|manual not found|without markup/ }
        split /^/, scalar qx(mandoc -Tlint -Wstyle $path 2>/dev/null);
    is($mandoc, '', "mandoc accepts $name");
    my ($head) = qx(groff -mandoc -Tascii -P-c $path 2>/dev/null) =~ /(\S.*)/;
    unlike($head =~ s/.\x08//gr, qr/\.\.\./, "… and its head has room for its title");
    # A path may be longer than a line: that is no fault of the page.
    is(said('groff', '-mandoc', '-ww', '-Wbreak', '-Tutf8', $path), '', "groff accepts $name");
    return;
}

sub documents ($page, $title, @names) {
    my $text = page($page);
    my @missing = grep { $text !~ /^\.It (?:Ic|Li) \Q$_\E(?: |$)/m } @names;
    ok(!@missing, $title) or diag("not in $page: @missing");
    return;
}

my @modules = map { m{^plugins/(.*)\.la$} ? $1 : () }
    qx(cd $build && printf 'show:\\n\\t\@echo \$(plugin_LTLIBRARIES)\\n' | make -s -f Makefile -f - show)
    =~ /\S+/g;
cmp_ok(scalar @modules, '>', 5, 'plugins were built');

my $empty = SG::tempdir();
mkdir "$empty/conf.d";
open my $file, '>', "$empty/smtp-gated.conf" or die "$empty: $!";
my @options = qx($build/smtp-gated -T $empty/smtp-gated.conf) =~ /^(\w+) = /mg;
cmp_ok(scalar @options, '>', 50, 'the core has options');
documents('smtp-gated.conf.5', 'every core option is in the manual', @options);
documents('smtp-gated.conf.5', 'so is every option that all plugins have',
          qw(on_error timeout skip_authenticated log_only max_load only except));
documents('smtp-gated.8', 'every counter is in the manual',
          tables('daemon/base/counters.def', 'COUNTER'));

# What the manual says needs quotes is what needs them.
my ($listed) = page('smtp-gated.conf.5') =~ /^\.Dl (\\\(dq # .*)$/m;
my $needs_quotes = join '', sort split / /, $listed =~ s/\\\(dq/"/r =~ s/\\\(aq/'/r =~ s/\\&//r;
my $refused = '';
for my $c (map { chr } 0x21 .. 0x7e) {
    open my $out, '>', "$empty/quotes.conf" or die "$empty: $!";
    print {$out} "msg_hello = a${c}b\n";
    close $out;
    $refused .= $c if qx($build/smtp-gated -C msg_hello $empty/quotes.conf 2>&1) ne "a${c}b\n";
}
is($refused, $needs_quotes, 'the characters that need quotes are those that the manual says');

my @switches = qx($build/smtp-gated -h) =~ /^  (-\w)\b/mg;
my @absent = grep { my $letter = substr $_, 1; page('smtp-gated.8') !~ /^\.It Fl $letter\b/m } @switches;
cmp_ok(scalar @switches, '>', 8, 'there are switches');
is("@absent", '', 'every switch of the usage is in the manual');

accepted($_) for 'smtp-gated.8', 'smtp-gated.conf.5', 'smtp-gated-plugin.1', 'smtp-gated-plugin.3', 'smtp-gated-redis.7', map { "smtp-gated-$_.8" } @modules;

my ($commands) = slurp('sdk/tool/main.c') =~ /commands\[\] = \{(.*?)^\};/ms;
documents('smtp-gated-plugin.1', 'every command of the tool is in its manual',
          $commands =~ /\{"(\w+)"/g);
my ($words) = slurp('sdk/tool/stage.c') =~ /^\} words\[\] = \{(.*?)^\};/ms;
documents('smtp-gated-plugin.1', 'so is every word of its scripts', $words =~ /\{"([^"]+)"/g);

my ($exported) = slurp('sdk/smtp-gated.map') =~ /global:(.*?)local:/s;
my $interface = page('smtp-gated-plugin.3');
my @untold = grep { $interface !~ /\b\Q$_\E\(/ } $exported =~ /(\w+);/g;
is("@untold", '', 'every function of the interface is in its manual');
@untold = grep { $interface !~ /\(\*\Q$_\E\)\(/ } hooks();
is("@untold", '', 'and every hook');

my @shared = slurp('sdk/include/smtp-gated/kit/redis_options.h') =~ /REDIS_OPTION\(strct, member, SG_\w+, (\w+),/g;
cmp_ok(scalar @shared, '>', 10, 'plugins that ask Redis have options');
is(join(' ', grep { page('smtp-gated-redis.7') !~ /^\.(?:It )?Ic (?:\w+ , )?\Q$_\E\b/m } @shared), '', 'each is in smtp-gated-redis(7)');

my @unnamed = grep { page('smtp-gated.8') !~ /^\.Xr smtp-gated-\Q$_\E 8/m } @modules;
is("@unnamed", '', 'smtp-gated(8) refers to every plugin');
my $readme = slurp('README.md');
is(join(' ', grep { $readme !~ /^\| \Q$_\E \|/m } @modules), '', 'so does the README');
done_testing;
