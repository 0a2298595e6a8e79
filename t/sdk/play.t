# smtp-gated-plugin play: a script plays a plugin in the relay, verdicts that come
# later included, and what it prints is TAP that turns red when it should.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use Test::More;

my $build = SG::build_dir();
my $tool = "$build/smtp-gated-plugin";
my $slow = "$build/t/sdk/.libs/slow.so";
SG::need($tool, $slow);
my $dir = SG::tempdir();

sub file ($name, $text) {
    open my $out, '>', "$dir/$name" or die "$name: $!";
    print {$out} $text;
    close $out;
    return "$dir/$name";
}

# (exit status, stdout, stderr) of a play.
sub play ($script, %opt) {
    my $file = file('script.t', $script);
    my @conf = $opt{conf} ? ('--conf', file('slow.conf', $opt{conf})) : ();
    my $said = qx(@{ $opt{wrap} // [] } $tool play $slow @conf $file 2>$dir/stderr);
    my $status = $? >> 8;
    open my $in, '<', "$dir/stderr" or die $!;
    local $/;
    return ($status, $said, <$in> // '');
}

sub green ($title, @played) {
    my ($status, $said, $log) = @played;
    ok($status == 0 && $said !~ /^not ok/m, $title) or diag($said, $log);
    return;
}

# Exit status 1, and these lines, only, are red.
sub red ($title, $lines, @played) {
    my ($status, $said, $log) = @played;
    my @red = $said =~ /^not ok \d+ - (.*)/mg;
    is_deeply([ $status, @red ], [ 1, @$lines ], $title) or diag($said, $log);
    return;
}

my $hello = "< 220\n> EHLO client.test\n< 250\n";
my $envelope = "> MAIL FROM:<a\@client.test>\n< 250\n> RCPT TO:<b\@server.test>\n< 250\n";

my $later = $hello . <<'END' . $envelope . <<'END';
# Two recipients in a pipeline, each answered from the thread pool.
> MAIL FROM:<a@client.test>
< 250
> RCPT TO:<worm@server.test>
> RCPT TO:<b@server.test>
< 550 5.7.1 proxy.test Not this one
< 250
note slow.found nothing
never-got RCPT TO:<worm*
> RSET
< 250
END
> DATA
< 354
> Subject: a worm
>
> ..a line that begins with a dot
> .
< 550 5.7.1 *Not this one
event virus worm
never-got ..a line*
never-got .
END
green('verdicts that come later are played', play($later));

SKIP: {
    skip 'valgrind is not installed', 1 if system('command -v valgrind >/dev/null') != 0;
    skip 'the sanitizers look themselves', 1 if $ENV{SG_SANITIZED};
    my @wrap = qw(valgrind -q --leak-check=full --error-exitcode=9);
    green('valgrind finds nothing in that', play($later, wrap => \@wrap));
}

green('the plugin has the options of its file',
    play($hello . "> MAIL FROM:<a\@b.test>\n< 250\n> RCPT TO:<mole\@c.test>\n< 550\n",
        conf => 'word = mole'));

file('message', "Subject: many lines\n\n.a dot\n" . "x\n" x 2000);
green('a file is sent as a message',
    play("$hello$envelope> DATA\n< 354\n>> $dir/message\n> .\n< 250 *Taken\ngot ..a dot\n"));

green('so are chunks',
    play("$hello$envelope> BDAT 8 LAST\n> worm!!\n< 550 *Not this one\nevent virus\n"));

green('the server answers what the script says',
    play("server BANNER 220-one\\n220 two\nserver MAIL 451 4.3.0 later\n< 220-one?220 two\n"
            . "> EHLO c.test\n< 250\n> MAIL FROM:<a\@b.test>\n< 451 4.3.0 later\n"));

green('a server that goes is seen as in the daemon',
    play("${hello}server MAIL close\n> MAIL FROM:<a\@b.test>\n< 421\nclosed\n"));

my @from = play("connect 192.0.2.77 1234\n${hello}> QUIT\n< 221\nclosed\nconnect 2001:db8::7\n$hello");
green('clients come from anywhere, one after the other', @from);
like($from[2], qr/src=192\.0\.2\.77:1234,.*src=(?:\[2001:db8::7\]|2001:db8::7):40000,/s, 'and are seen so');

# ------------------------------------------------------------------ red --

my @wrong = play($hello . "> MAIL FROM:<a\@b.test>\n< 550\n> QUIT\n< 221\n");
red('a reply that does not match is red, and the rest is played', ['line 5: < 550'], @wrong);
like($wrong[1], qr/^# .*script\.t:5: found\n#     250 2\.1\.0 Fine$/m, 'what came is shown');

my $no_more = 'the client got nothing that the script does not expect';
red('a reply nobody expects is red', [$no_more], play("$hello> NOOP\n> NOOP\n< 250\n> NOOP\n< 250\ngot NOOP\n"));
red('so is an event', ['no event that the script does not expect'],
    play("$hello$envelope> DATA\n< 354\n> worm\n> .\n< 550\n"));
my @vain = play("${hello}patience 1\n< 250\n> QUIT\n< 221\n");
is($vain[0], 1, 'what never comes is red');
like($vain[1], qr/^1\.\.6\n.*^not ok 3 - line 5: < 250\n(?!.*221)/ms, 'and nothing behind it is played');

my @unknown = play("${hello}expect 250\ngot\n");
is($unknown[0], 2, 'a word that is none is no play');
like($unknown[2], qr/script\.t:4: found 'expect'; is not a word of a script/, 'the line is named');
like($unknown[2], qr/script\.t:5: found 'got'; needs 1 words after it/, 'all of them are');
my @bad = play($hello, conf => 'wort = "x"');
is($bad[0], 2, 'nor is an option that is none');
like($bad[2], qr/slow\.conf:1: option 'wort'.*'?word/, 'the file is named');
done_testing;
