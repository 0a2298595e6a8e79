# A bad configuration: -t says where, what was found and what would be right, and
# ends with status 2; the daemon does not start on it.  What is said of each type
# and each fault of a plugin in detail, the unit tests options and module show.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $built = SG::build_dir() . '/plugins/.libs';

# A tree with this core file and these files in conf.d; its directory.
sub tree ($core, %confd) {
    my $dir = SG::tempdir();
    my $file = "$dir/smtp-gated.conf";
    $core .= "plugin_path = '$built'\n" if $core !~ /plugin_path/;
    SG::Conf::write_file($file, $core);
    mkdir "$dir/conf.d";
    SG::Conf::write_file("$dir/conf.d/$_", $confd{$_}) for keys %confd;
    return $dir;
}

# Status and what -t says, with the directory of the tree taken out.
sub check ($dir) {
    my ($status, $out, $err) = command('-t', "$dir/smtp-gated.conf");
    $err =~ s{\Q$dir\E/}{}g;
    $err =~ s{\Q$built\E/}{PLUGINS/}g;
    return ($status, $err, $out);
}

sub refused ($title, $dir, $said) {
    my ($status, $err) = check($dir);
    subtest $title => sub {
        is $status, 2, 'the status is 2';
        ref $said ? like($err, $said, 'it is said why') : is($err, $said, 'it is said why');
    };
    return;
}

my ($status, $err, $out) = check(tree("# nothing\n", '10-nat-netfilter.conf' => ''));
is $status, 0, 'a good configuration is accepted' or diag $err;
is $err, '', 'and there is nothing to say';

refused('a wrong value of the core', tree("\nport = 70000\n"),
    "smtp-gated.conf:2: option 'port': found '70000'; expected a whole number from 0 to 65535\n");
refused('an unknown option of the core', tree("prot = 25\n"),
    "smtp-gated.conf:1: option 'prot': is not known; perhaps port is meant\n");
refused('a value missing', tree("port =\ntimeout_idle = 5\n"), qr/^smtp-gated\.conf:2: found '='; cannot/);
refused('all that is wrong at once', tree("port = x\nlog_helo = perhaps\nworkers = -1\n"),
    qr/\A(?:smtp-gated\.conf:[123]: .*\n){3}\z/);
refused('a backslash that would be lost', tree("msg_hello = \"\\d+\\.x\"\n"),
    qr/^smtp-gated\.conf:1: found '\\d'; .*write '\.\.\.' around the value.*\n.*found '\\\.'/m);
refused('one in a pattern of a plugin', tree('', '50-regex.conf' => "\nreject_helo = \"\\bx\"\n"),
    qr{^conf\.d/50-regex\.conf:2: found '\\b'; between double quotes this backslash would be lost}m);
refused('a unit behind a blank', tree("timeout_idle = 5 minutes\n"),
    qr/^smtp-gated\.conf:1: option 'minutes': .*a number and its unit are one word.*5m$/m);
refused('the same in quotes', tree("spool_memory = '10 MB'\ntimeout_idle = '90 sec'\n"),
    qr/\A\S+:2: option 'timeout_idle': found '90 sec'; expected .*: 90s\n|without a blank: 10M\n/);
refused('a file of version 1.4', tree("proxy_name gate\nport 9199\n"),
    qr/^smtp-gated\.conf: looks like a file of version 1\.4; smtp-gated --import /m);
refused('a user who is not there', tree("set_user = nobody-of-that-name\n"),
    qr/option 'set_user': found 'nobody-of-that-name'; expected the name of a user/);

refused('a plugin that is not there', tree('', '10-nosuch.conf' => ''),
    "conf.d/10-nosuch.conf: plugin nosuch (PLUGINS/nosuch.so) does not exist; "
    . "plugin_path says where plugins are\n");
refused('an unknown option of a plugin', tree('', '20-limits.conf' => "\nper_hots = 5\n"),
    "conf.d/20-limits.conf:2: option 'per_hots': is not known; perhaps per_host is meant\n");
refused('a wrong value of a common option', tree('', '20-limits.conf' => "on_error = sometimes\n"),
    "conf.d/20-limits.conf:1: option 'on_error': found 'sometimes'; "
    . "expected pass, tempfail or reject\n");
refused('a pattern that does not compile', tree('', '50-regex.conf' => "reject_helo = 'a(b'\n"),
    "conf.d/50-regex.conf:1: option 'reject_helo': found 'a(b'; expected a regular expression, but "
    . "at character 4: missing closing parenthesis\n");
refused('what the plugin itself objects to', tree('', '10-nat-fixed.conf' => "port = 25\n"),
    qr/^conf\.d\/10-nat-fixed\.conf:? .*option 'server': .*plugin nat-fixed: /);
refused('a plugin enabled twice', tree('', '20-limits.conf' => '', '30-limits.conf' => ''),
    "conf.d/30-limits.conf: enables limits again, as conf.d/20-limits.conf does; "
    . "a second instance is named NN-limits\@INSTANCE.conf\n");

# Objects that are no plugins, beside one that is.
{
    my $dir = SG::tempdir();
    SG::Conf::write_file("$dir/text.so", "I am no object\n");
    symlink "$built/limits.so", "$dir/other.so";
    my $tree = tree("plugin_path = '$dir'\n", '10-text.conf' => '', '20-other.conf' => '');
    my ($status, $err) = check($tree);
    is $status, 2, 'objects that are no plugins are refused';
    like $err, qr{^conf\.d/10-text\.conf: plugin text \(\Q$dir\E/text\.so\) cannot be loaded: }m,
        'a file that is no object is named';
    like $err, qr{^conf\.d/20-other\.conf: plugin other \(\Q$dir\E/other\.so\) calls itself limits; }m,
        'so is an object under another name';
}

# A plugin of a newer interface, and one that needs what this host has not.
SKIP: {
    skip 'no compiler', 3 if system('cc --version >/dev/null 2>&1');
    my $dir = SG::tempdir();
    my $include = SG::src_dir() . '/sdk/include';
    my %source = (
        newer => 'SG_PLUGIN(newer, .api = SG_API_VERSION + 1)',
        needy => 'int sg_not_yet(void); static int configure(void *s) { (void)s; return sg_not_yet(); }'
            . ' SG_PLUGIN(needy, .configure = configure)',
    );
    for my $name (sort keys %source) {
        SG::Conf::write_file("$dir/$name.c", "#include <smtp-gated/plugin.h>\n$source{$name}\n");
        is system('cc', '-w', '-shared', '-fPIC', "-I$include", '-o', "$dir/$name.so", "$dir/$name.c"), 0,
            "$name.c is compiled";
    }
    my ($status, $err) = check(tree("plugin_path = '$dir'\n", '10-newer.conf' => '', '20-needy.conf' => ''));
    like $err, qr/^conf\.d\/10-newer\.conf: .* was built for interface version 2, .* up to 1/m,
        'a newer interface is refused with both versions';
    like $err, qr/^conf\.d\/20-needy\.conf: .* cannot be loaded: .*sg_not_yet/m,
        'a function this host has not is named';
    is $status, 2, 'the status is 2';
}

# Files nobody writes.
my %hostile = (
    'a line of ten megabytes' => 'proxy_name = "' . 'a' x 10_000_000 . "\"\n",
    'a quoted text without end' => 'proxy_name = "' . '\\"' x 100_000,
    'a NUL' => "port = 5\n\0\n",
    'lists in lists in lists' => 'bind_address = ' . '{' x 200_000,
    'fifty thousand unknown names' => join('', map { "x$_ = 5\n" } 1 .. 50_000),
    'another file' => "include('/etc/passwd')\n",
    'an environment variable' => "proxy_name = \"\${HOME}\"\n",
    'random bytes' => join('', map { chr int rand 256 } 1 .. 50_000) . "\n{",
);
for my $what (sort keys %hostile) {
    my ($status, $err) = check(tree($hostile{$what}));
    is $status, 2, "$what: refused politely";
    cmp_ok length($err), '<', 4000, "$what: in few words";
    unlike $err, qr/Sanitizer|root:/, "$what: and nothing else";
}

# The daemon says the same and does not start.
{
    my $tree = tree("port = x\n");
    my ($status, undef, $err) = command('-f', "$tree/smtp-gated.conf");
    is $status, 2, 'the daemon does not start on a bad core file';
    like $err, qr/:1: option 'port': found 'x'; expected a whole number/, 'and says why';
}
done_testing;
