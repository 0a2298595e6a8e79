# A plugin built with any header that was ever released loads in today's host and
# does there what it did; one built with a newer header is refused with a sentence;
# and the header in the tree still fits the released ones.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

SG::need('gcc', 'awk');
my $tool = built('smtp-gated-plugin');
my $dir = SG::tempdir();
my $now = 'sdk/include/smtp-gated/plugin.h';
my @released = sort map { m{^sdk/abi/(\d+)/plugin\.h$} ? $1 : () } files(qr{/plugin\.h$}, 'sdk/abi');

sub write_to ($path, $text) {
    open my $out, '>:encoding(UTF-8)', $path or die "$path: $!";
    print {$out} $text;
    close $out;
    return $path;
}

# A folder to include a header of this text from.
sub include_dir ($name, $text) {
    mkdir $_ for "$dir/$name", "$dir/$name/smtp-gated";
    write_to("$dir/$name/smtp-gated/plugin.h", $text);
    return "$dir/$name";
}

sub version ($text) { return $text =~ /^#define SG_API_VERSION (\d+)$/m ? $1 : die 'no version' }

# The names of all functions a header declares.
sub functions ($text) {
    $text =~ s{/\*.*?\*/}{}gs;
    return $text =~ /^[a-z][\w\s*]*?\b(sg_\w+)\([^;{]*\)[^;{]*;/mg;
}

# The plugin of play.t, built with a header, and with a table of all functions in
# it, so that none may be missing in the host.
sub build ($name, $text) {
    my $include = include_dir($name =~ s/ /-/gr, $text);
    my $table = join '', map { "    (void *)$_,\n" } functions($text);
    write_to("$include/all.c", "#include <smtp-gated/plugin.h>\nvoid *const sg_all[] = {\n$table};\n");
    my $said = qx(gcc -std=c11 -w -D_GNU_SOURCE -fPIC -shared -I$include -o $include/slow.so \\
        ${\src('t/sdk/slow.c')} $include/all.c 2>&1);
    ok($? == 0, "a plugin builds with $name") or diag($said);
    return "$include/slow.so";
}

# ------------------------------------------------------------- released --

my $script = write_to("$dir/script.t", <<'END');
< 220
> EHLO client.test
< 250
> MAIL FROM:<a@client.test>
< 250
> RCPT TO:<worm@server.test>
> RCPT TO:<b@server.test>
< 550 5.7.1 *Not this one
< 250
note slow.found nothing
> DATA
< 354
> a worm
> .
< 550 5.7.1 *Not this one
event virus worm
END

ok(scalar @released, 'there are released headers');
for my $version (@released) {
    my $text = slurp("sdk/abi/$version/plugin.h");
    is(version($text), $version, "sdk/abi/$version holds version $version");
    cmp_ok(scalar(() = functions($text)), '>', 50, 'its functions are found');
    my $object = build("version $version" =~ s/ /-/r, $text);
    like(scalar qx($tool show $object 2>&1), qr/^interface +version $version;/m, 'the host takes it');
    my $played = qx($tool play $object $script 2>&1);
    ok($? == 0, 'and it does there what it did') or diag($played);
}

# Of a version that is not out yet the copy follows the header: its words may lag
# behind, what is declared may not.
sub declared ($text) { return $text =~ s{/\*.*?\*/}{}gsr =~ s/\s+/ /gr }

if (slurp('sdk/abi/CHANGES') =~ /^Version (\d+),.*\(not released/m) {
    is(declared(slurp("sdk/abi/$1/plugin.h")), declared(slurp($now)),
        "sdk/abi/$1/plugin.h, which is not released, is what the header is: copy it");
}

# -------------------------------------------------------------- shorter --

my $text = slurp($now);
my $shorter = build('a shorter descriptor', $text =~ s/^    unsigned needs;.*\n//mr);
my ($bytes) = qx($tool show $shorter) =~ /^descriptor +(\d+) bytes/m;
my ($whole) = qx($tool show ${\build('this header', $text)}) =~ /^descriptor +(\d+) bytes/m;
cmp_ok($bytes, '<', $whole, 'a descriptor from before the last field was appended is shorter');
my $output = qx($tool play $shorter $script 2>&1);
ok($? == 0, 'and serves as it is') or diag($output);

# ---------------------------------------------------------------- newer --

my $newer = version($text) + 1;
my $object = build('newer', $text =~ s/^(#define SG_API_VERSION )\d+$/$1$newer/mr);
my $sentence = qr/slow.*was built for interface version $newer, but this smtp-gated knows versions up to \d+: /;
my $said = qx($tool show $object 2>&1);
is($? >> 8, 2, 'a newer plugin is refused by the tool');
like($said, $sentence, 'with a sentence');
mkdir "$dir/conf.d";
write_to("$dir/conf.d/50-slow.conf", '');
write_to("$dir/smtp-gated.conf", "plugin_path = '$dir/newer'\n");
$said = qx(${\built('smtp-gated')} -t $dir/smtp-gated.conf 2>&1);
ok($? != 0, 'and by the daemon');
like($said, $sentence, 'with the same');

# -------------------------------------------------------------- abidiff --

# The exit status of comparing two headers: functions as a library has them.
sub differs ($old, $new) {
    my @objects = map {
        my $include = include_dir($_->[0], $_->[1]);
        my $stubs = src('sdk/abi/stubs.awk');
        my $made = qx(awk -f $stubs $include/smtp-gated/plugin.h > $include/stubs.c && \\
            gcc -std=c11 -g -w -fPIC -shared -I$include $include/stubs.c -o $include/stubs.so 2>&1);
        die "$_->[0]: $made" if $?;
        "$include/stubs.so"
    } [ 'old', $old ], [ 'new', $new ];
    my $suppressions = src('sdk/abi/appended.suppr');
    my $shown = qx(abidiff --no-added-syms --suppressions $suppressions @objects 2>&1);
    return ($? >> 8, $shown);
}

SKIP: {
    skip 'abidiff is not installed', 1 if system('command -v abidiff >/dev/null') != 0;
    for my $version (@released) {
        my ($status, $shown) = differs(slurp("sdk/abi/$version/plugin.h"), $text);
        is($status, 0, "abidiff: the header still fits version $version") or diag($shown);
    }
    my $field = 'int (*prepare)(void *self);';    # the last one
    my $in_between = $text =~ s/^    \Q$field\E/    void (*more)(void *self);\n$&/mr;
    my $appended = $text =~ s/^    \Q$field\E.*\n/$&    void (*more)(void *self);\n/mr;
    my $word = $text =~ s/^    SG_TAKEOVER,/    SG_BETWEEN,\n$&/mr;
    ok($_->[1] ne $text, "$_->[0]: the header was changed") for my @changed = (
        [ 'a field in between',         $in_between,                                        4 ],
        [ 'a field at the end',         $appended,                                          0 ],
        [ 'a word in between',          $word,                                              4 ],
        [ 'a function less',            $text =~ s/^int sg_taken_over.*\n//mr,             12 ],
        [ 'a function that returns more', $text =~ s/^int (?=sg_taken_over)/long /mr,       4 ],
        [ 'a function more', $text =~ s/^int sg_taken_over.*\n/$&int sg_more(void);\n/mr,   0 ]);
    is((differs($text, $_->[1]))[0], $_->[2], "abidiff: $_->[0]" . ($_->[2] ? ' is seen' : ' is fine'))
        for @changed;
}
done_testing;
