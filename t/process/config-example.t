# The example of the core file cannot drift from the table: it has every option,
# and what stands behind the '#' is the default, unless the words above it say
# that there is none.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $example = slurp(SG::src_dir() . '/smtp-gated.conf.example');
my $dir = SG::tempdir();
mkdir "$dir/conf.d";

# Option => its line, as -T prints it for a core file with this text.
sub printed ($text) {
    SG::Conf::write_file("$dir/smtp-gated.conf", $text);
    my ($status, $out, $err) = command('-T', "$dir/smtp-gated.conf");
    is $status, 0, 'the file is accepted' or diag $err;
    my %line;
    for (split /\n/, $out) {
        $line{$1} = $_ if /^(?:# )?(\w+) (?:=|is not set)/;
    }
    return %line;
}

my %default = printed("# empty\n");
cmp_ok scalar keys %default, '>', 50, '-T prints the options';

# Option => [its line in the example, the comment above it].
my %shown;
my $comment = '';
for (split /\n/, $example) {
    if (/^#((\w+) = .*)/) { $shown{$2} = [$1, $comment]; next }
    $comment = /^# (.*)/ ? "$comment $1" : '';
}
is_deeply [sort keys %shown], [sort keys %default], 'the example has the options there are';

# Users and languages of the example need not exist here, and where plugins are
# depends on the build.
my @elsewhere = qw(set_user set_group locale plugin_path outgoing_addr chroot_path);
my %here = map { $_ => 1 } @elsewhere;
my %set = printed(join "\n", map { $here{$_} ? () : $shown{$_}[0] } sort keys %shown);
for my $name (sort keys %shown) {
    my $none = $default{$name} =~ /is not set$/;
    my $says = $shown{$name}[1] =~ /not set/;
    next if $name eq 'plugin_path';
    if ($none) { ok $says, "$name: the example says that it is not set" }
    else { is $set{$name}, $default{$name}, "$name: the example shows the default" }
}
done_testing;
