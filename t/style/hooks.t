# The hooks are a table (hooks.def), a struct of callbacks (plugin.h) and a
# manual (doc/hooks.md): the same names in each, in the same order.  Plugins that
# misbehave are tested at each of them.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Chaos ();
use SG::Tree;
use Test::More;

# The callbacks of struct sg_plugin that belong to a session: those that get one.
sub callbacks () {
    my ($struct) = slurp('sdk/include/smtp-gated/plugin.h') =~ /^struct sg_plugin \{(.*?)^\};/ms;
    return $struct =~ /\(\*(\w+)\)\(struct sg_session/g;
}

sub chapters () { return map { /^### `(\w+)`/ ? $1 : () } split /\n/, slurp('doc/hooks.md') }

my @hooks = hooks();
cmp_ok(scalar @hooks, '>', 10, 'there are hooks');
is_deeply([callbacks()], \@hooks, 'plugin.h has the callbacks of hooks.def');
is_deeply([chapters()], \@hooks, 'doc/hooks.md has a chapter for each');

is_deeply([ SG::Chaos::deciders(), SG::Chaos::observers() ], \@hooks, 'the chaos tests go through them all');

# The codes: "550 5.7.1" as the document has it; in the banner's place 554 stands alone.
my $replies = slurp('daemon/session/talk/replies_out.c');
my %code = map { $_->[0] => $_->[1] < 554 ? "$_->[1] $_->[3] | $_->[2] $_->[4]" : "$_->[1] | $_->[2] $_->[4]" }
    map { [ /\[HOOK_(\w+)\] = \{(\d+), (\d+), "([\d.]+)", "([\d.]+)"\}/ ] } $replies =~ /\[HOOK_\w+\] = \{.*?\}/g;
my %told;
my @rows = slurp('doc/hooks.md') =~ /^\| ((?:`\w+` )+)\| (\d\d\d .*?) \|$/mg;
while (my ($names, $codes) = splice @rows, 0, 2) {
    $told{$_} = $codes for $names =~ /`(\w+)`/g;
}
is_deeply(\%told, \%code, 'doc/hooks.md has the codes of replies_out.c');

my ($steps) = slurp('doc/architecture.md') =~ /^## A session\n(.*?)^### /ms;
is_deeply([ $steps =~ /^\| (\w+) \|(?! what happens)/mg ], [ tables('daemon/session/model/steps.def', 'STEP') ],
    'doc/architecture.md has the steps of steps.def');

my @parts = ('When', 'Arguments', 'Answers', 'Example');
my (undef, %chapters) = split /^### `(\w+)`\n/m, slurp('doc/hooks.md') =~ s/^## Life of.*//msr;
for my $hook (@hooks) {
    is_deeply([ $chapters{$hook} =~ /^\*\*(\w+)\.\*\*/mg ], \@parts, "that of $hook has its four parts");
    my $prototype = qr/^(?:struct sg_verdict|void) \(\*\Q$hook\E\)\(/m;
    like($chapters{$hook}, $prototype, '… its declaration');
    like($chapters{$hook}, qr/^\*\*Example\.\*\*(?:.*\n)*```c\n.+_\Q$hook\E\b/m, '… and code')
        unless $hook eq 'connect';
}
done_testing;
