# What a thread may call is told once for each function, where it is declared; the lists
# on top of plugin.h and in doc/hooks.md say the same.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

my $header = slurp('sdk/include/smtp-gated/plugin.h');

# Of each comment that says it, the functions between it and the next comment.  The first
# word of a sentence about one function ends what is said of those before.
my @told;
while ($header =~ m{/\*((?:(?!\*/).)*)\*/\n((?:(?!/\*|\n\n).)*)}gs) {
    my ($comment, $declared) = ($1, $2);
    $comment =~ s/\s*\n \*\s*/ /g;
    my @declared = $declared =~ /\b(sg_\w+)\(/g;
    my ($only) = $comment =~ /(sg_\w+)\(\): any thread\./;
    push @told, $only // @declared if @declared && $comment =~ /\bany thread\b/i && $comment !~ /as listed on top/;
}
my ($on_top) = $header =~ /any\n \* thread may call: (.*?)\.  /s;
my ($in_hooks) = slurp('doc/hooks.md') =~ /that any thread may call: (.*?)\. /s;
my $words = sub ($text) { return join ' ', sort +($text // '') =~ /\b(sg_\w+)\(\)/g };

cmp_ok scalar @told, '>', 5, 'there are functions for any thread';
is $words->($on_top), join(' ', sort @told), 'plugin.h lists them on top';
is $words->($in_hooks), join(' ', sort @told), 'and doc/hooks.md lists the same';
done_testing;
