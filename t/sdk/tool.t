# smtp-gated-plugin: what is wrong is said in a sentence, and nothing is written
# over; what an object says of itself comes out whole.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

my $tool = built('smtp-gated-plugin');
my $plugins = SG::build_dir() . '/plugins/.libs';
my $dir = SG::tempdir();
mkdir "$dir/skeleton";
system('cp', '-r', glob(src('sdk/skeleton/*')), "$dir/skeleton");
mkdir "$dir/skeleton/m4";
system('cp', src('sdk/smtp-gated.m4'), "$dir/skeleton/m4");
$ENV{SMTP_GATED_SKELETON} = "$dir/skeleton";
chdir $dir or die "$dir: $!";

# (exit status, what it said)
sub tool (@words) { my $said = qx($tool @words 2>&1); return ($? >> 8, $said) }

sub refused ($title, $sentence, @words) {
    my ($status, $said) = tool(@words);
    is($status, 2, $title);
    like($said, $sentence, '… with a sentence');
    return;
}

refused('no command is no use', qr/^usage: smtp-gated-plugin new/);
refused('nor is one too many', qr/^usage:/, 'show', 'a.so', 'b.so');
refused('a name must be one', qr/'My_Plugin' is not a name for a plugin; lower case/, 'new', 'My_Plugin');
refused('nor may it lead elsewhere', qr/is not a name/, 'new', '../up');
refused('an object must exist', qr/gone\.so.* does not exist/, 'show', 'gone.so');
refused('and be a plugin', qr/is not a plugin/, 'show', SG::build_dir() . '/t/unit/.libs/plain.so')
    if -e SG::build_dir() . '/t/unit/.libs/plain.so';

my ($status, $said) = tool('new', 'hello-world');
is($status, 0, 'a project is written') or diag($said);
my @written = map { s{^hello-world/}{}r } split /\n/, qx(cd $dir && find hello-world -type f | sort);
my @meant = map { s/my-plugin/hello-world/r } split /\n/, qx(cd $dir/skeleton && find * -type f | sort);
is_deeply(\@written, [ sort @meant ], 'it has all of the skeleton, so the list in the tool is whole');
is(scalar qx(grep -rl 'my.plugin' $dir/hello-world), '', 'and nowhere its name');
refused('what is there is not written over', qr/hello-world: File exists/, 'new', 'hello-world');

($status, $said) = tool('show', "$plugins/lock-files.so");
for my $option (slurp('conf.d/30-lock-files.conf') =~ /^#(\w+) = /mg) {
    like($said, qr/^  \Q$option\E = /m, "show has the option $option");
}

# "No" is a macro of mdoc(7), and the first word of a default.
qx(gcc -w -fPIC -shared -I${\src('sdk/include')} hello-world/hello-world.c -o hello-world.so);
($status, $said) = tool('doc', 'hello-world.so', 'hello-world/hello-world.mdoc', '"June 1, 2026"');
is($status, 0, 'a page is made');
like($said, qr/^\.Dd June 1, 2026\n\.Dt HELLO-WORLD 8\n/, 'it has its head');
my @sections = $said =~ /^\.Sh (.*)$/mg;
is_deeply(\@sections, [ 'NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'HOOKS', 'WHAT THE CLIENT SEES',
        'SEE ALSO', 'SECURITY CONSIDERATIONS' ], 'all sections are there, in their order');
SKIP: {
    skip 'mandoc is not installed', 1 if system('command -v mandoc >/dev/null') != 0;
    open my $out, '>', 'page' or die "page: $!";
    print {$out} $said;
    close $out;
    like(qx(mandoc -Tascii page) =~ s{.\x08}{}gr, qr/The default is [`']No mail from there'/,
        'a default is shown with all its words');
}
chdir "/"; # out of the folder that is to go
done_testing;
