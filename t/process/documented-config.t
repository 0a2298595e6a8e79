# The configurations that the README and smtp-gated.conf(5) show are taken by
# smtp-gated -t, each line of them; and nft takes the README's table.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Tree;
use Test::More;

my $program = SG::build_dir() . '/smtp-gated';
my %page = (
    'README.md' => slurp('README.md') =~ s/^    //mgr,
    'doc/man/smtp-gated.conf.5.in' => slurp('doc/man/smtp-gated.conf.5.in'));

# File => text, from lines "# …/NAME.conf" and those behind each, up to prose.
sub files_in ($text) {
    my ($file, %found);
    for (split /\n/, $text) {
        $file = $1, $found{$file} //= '' if m{^# (?:/\S+/)?(smtp-gated\.conf|conf\.d/\d\d-\S+\.conf)\b};
        $file = undef if defined $file && !/^(?:#|$|\w+ = )/;
        $found{$file} .= "$_\n" if defined $file && /^\w+ = /;
    }
    return %found;
}

sub check (%files) {
    my $dir = SG::tempdir();
    mkdir $_ for "$dir/conf.d", "$dir/lock", "$dir/spool";
    chmod 01777, "$dir/lock", "$dir/spool";    # what README makes for the user
    $files{'smtp-gated.conf'} .= sprintf qq(plugin_path = "%s/plugins/.libs"\nconf_dir = "$dir/conf.d"\n)
        . qq(spool_path = "$dir/spool"\npidfile = "$dir/pid"\nstatefile = "$dir/state"\n), SG::build_dir();
    $files{'smtp-gated.conf'} =~ s/^set_user = .*/set_user = "nobody"/m;
    $files{'conf.d/30-lock-files.conf'} .= qq(path = "$dir/lock"\n) if $files{'conf.d/30-lock-files.conf'};
    SG::Conf::write_file("$dir/$_", $files{$_}) for keys %files;
    my $said = qx($program -t $dir/smtp-gated.conf 2>&1);
    return ($?, $said);
}

for my $document (sort keys %page) {
    my %files = files_in($page{$document});
    cmp_ok(scalar keys %files, '>', 2, "$document shows a configuration") or diag(join ' ', %files);
    my ($status, $said) = check(%files);
    is($status, 0, '… which is taken') or diag($said);
    for my $file (sort grep { $files{$_} } keys %files) {
        ($status) = check(%files, $file => "$files{$file}no_such_option = 1\n");
        isnt($status, 0, "… and $file is read");
    }
}

SKIP: {
    my ($table) = $page{'README.md'} =~ /^(table inet smtp-gated \{.*?^\})$/ms;
    ok($table, 'the README has a table for nft') or skip 'there is none', 1;
    skip 'nft needs a network namespace', 1 if system('unshare -n true 2>/dev/null; command -v nft >/dev/null');
    my $file = SG::Conf::write_file(SG::tempdir() . '/table', "$table\n");
    my $said = qx(unshare -n nft -c -f $file 2>&1);
    is($said, '', 'nft takes it');
}
done_testing;
