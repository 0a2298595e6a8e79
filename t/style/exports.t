# What plugins may call is written down three times: declared in plugin.h, let
# out by the version script, and there in the program.  All three must agree,
# or a plugin fails to load on a machine where it was built without complaint.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

# The functions the header declares: neither comments, macros nor the bodies of
# its inline functions count.
sub declared () {
    my $text = slurp('sdk/include/smtp-gated/plugin.h');
    $text =~ s{/\*.*?\*/}{}gs;
    $text =~ s{\\\n}{ }g;
    $text =~ s{^\s*#.*$}{}mg;
    $text =~ s[^static inline[^{]*\{.*?\}$][]msg;
    return sort $text =~ /^\w[\w\s*]*?\b(sg_\w+)\([^;{]*\)[^;{]*;/mg;
}

sub let_out () {
    my ($global) = slurp('sdk/smtp-gated.map') =~ /global:(.*?)local:/s;
    return sort $global =~ /(\w+);/g;
}

sub in_program ($program) {
    open my $nm, '-|', 'nm', '-D', '--defined-only', $program or die "nm: $!";
    return sort map { /^[0-9a-f]* T (sg_\w+)/ ? $1 : () } <$nm>;
}

my $program = built('smtp-gated-session');
my @declared = declared();
cmp_ok(scalar @declared, '>', 40, 'plugin.h declares functions');
is_deeply([let_out()], \@declared, 'the version script lets out what plugin.h declares');
is_deeply([in_program($program)], \@declared, 'the program has what plugin.h declares');
done_testing;
