# smtp-gated-plugin play: a worker that dies is a red test, several plugins are played
# together, and --confine is the daemon's sandbox.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use Test::More;

my $build = SG::build_dir();
my $tool = "$build/smtp-gated-plugin";
my ($chaos, $regex) = map { "$build/plugins/.libs/$_.so" } qw(chaos regex);
my $prisoner = "$build/t/process/.libs/prisoner.so";
SG::need($tool, $chaos, $regex, $prisoner);
my $dir = SG::tempdir();
my $count = 0;

sub file ($text) {
    my $path = "$dir/file" . ++$count;
    open my $out, '>', $path or die "$path: $!";
    print {$out} $text;
    close $out;
    return $path;
}

# What it exits with and what it prints, with the log.
sub play ($script, @words) {
    my $path = file($script);
    my $said = qx($tool play @words $path 2>&1);
    return ($? >> 8, $said);
}

sub conf ($text) { return ('--conf', file($text)) }

my $mail = "< 220\n> EHLO client.test\n< 250\n> MAIL FROM:<a\@client.test>\n";

my ($status, $said) = play("$mail< 250\n", $chaos, conf("at = {mail}\ndo = crash"));
SKIP: {
    skip 'the sanitizers end a process in their own way', 3 if $ENV{SG_SANITIZED};
    is($status, 1, 'a plugin that crashes makes the play red');
    like($said, qr/^not ok - the worker lives until the script is over\n# .*signal 11, plugin chaos/m, 'and is named');
    like($said, qr/CRASH .*hook=mail, plugin=chaos/, 'with its hook, as in the log of the daemon');
}

my @two = ($regex, conf(q(reject_mail_from = '^mole')), $regex, conf(q(reject_helo = '^server')));
my $refused = "event regex\n";
($status, $said) = play("< 220\n> EHLO c.test\n< 250\n> MAIL FROM:<mole\@x.test>\n< 550\n$refused", @two);
is($status, 0, 'two plugins are played: the first is asked') or diag($said);
($status, $said) = play("< 220\n> EHLO server.test\n< 550\n$refused", @two);
is($status, 0, 'and so is the second, with its own options') or diag($said);

my $secret = file("secret\n");
my @reader = ($prisoner, conf("do = read\npath = '$secret'"));
($status, $said) = play("$mail< 550 *done\n", @reader);
is($status, 0, 'without --confine a plugin reads any file') or diag($said);

SKIP: {
    skip 'no sandbox under the sanitizers', 7 if $ENV{SG_SANITIZED};
    ($status, $said) = play("$mail< 550 *done\n", '--confine', @reader);
    skip 'this kernel or build has no sandbox', 7 if $said !~ /SANDBOX calls=listed, files=granted/;
    is($status, 1, 'with --confine it does not read what it was not granted') or diag($said);
    like($said, qr/Permission denied/, 'and sees why');
    ($status, $said) = play("$mail< 550 *done\n", '--confine', $prisoner,
        conf("do = read\npath = '$secret'\nlook = '$secret'"));
    is($status, 0, 'what it was granted it reads') or diag($said);
    ($status, $said) = play("$mail< 550\n", '--confine', $prisoner, conf("do = fork\npath = /bin/true"));
    is($status, 1, 'a call that is not on the list is red');
    like($said, qr/SANDBOX:VIOLATION .*call=clone, .*hook=mail, plugin=prisoner/, 'and the call is named');
    my $message = file("Subject: long\n\n" . "x\n" x 2000);
    my $envelope = "< 250\n> RCPT TO:<b\@x.test>\n< 250\n> DATA\n< 354\n>> $message\n> .\n< 250\n";
    ($status, $said) = play("$mail$envelope", '--confine', $regex);
    is($status, 0, 'messages are sent from files all the same') or diag($said);
    unlike($said, qr/^not ok/m, 'and nothing is red');
}
done_testing;
