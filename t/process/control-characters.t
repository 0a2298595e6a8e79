# Control characters, those of the upper set included, as bytes and as UTF-8, never reach
# a terminal: not from a log, not from what -t, -T and -C print.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

# ESC and DEL; CSI as a byte and as UTF-8; and what is none: the letters e acute and
# Cyrillic be (whose second bytes look like control bytes), and Latin-1.
my $hostile = "a\e[31mb\x7fc\x9b31md\xc2\x9b31me\xc3\xa9f\xd0\x91g\xe9h";
my $harmless = "a?[31mb?c?31md??31me\xc3\xa9f\xd0\x91g\xe9h";
my $control = qr/[\x00-\x08\x0b-\x1f\x7f]|(?<![\xc3-\xf4])[\x80-\x9f]/;

my ($d) = relay(core => { log_helo => 'yes' });
my $upper = $hostile =~ s/[\e\x7f]/_/gr;    # in commands and configurations those are refused
my $shown = $harmless =~ s/\?\[31mb\?/_[31mb_/r;
SG::Client->connect($d->port)->hello->cmd("HELO $upper");
$d->wait_log(qr/HELO .*a_\[31mb/);
like $d->log, qr/\Q$shown\E/, 'the log has question marks for each byte of them, and all else as it is';
unlike $d->log, $control, 'and no control character';

sub with ($core, %files) {
    my $tree = SG::tempdir();
    mkdir "$tree/conf.d";
    SG::Conf::write_file("$tree/conf.d/$_", $files{$_}) for keys %files;
    return SG::Conf::write_file("$tree/smtp-gated.conf",
        "plugin_path = '@{[SG::build_dir()]}/plugins/.libs'\npidfile = '$tree/pid'\nstatefile = '$tree/state'\n$core");
}
my %nat = ('10-nat-netfilter.conf' => '');
for my $switch ('-T', '-C msg_hello', '-C limits.message_load', '-t', '-t -v') {
    my $file = with("msg_hello = '$upper'\n", %nat, '20-limits.conf' => "message_load = '$upper'\n");
    my ($status, $out, $err) = command(split(' ', $switch), $file);
    unlike $out . $err, $control, "$switch prints no control character";
    like $out, qr/\Q$shown\E/, "$switch prints all else" if $switch =~ /-C|-T/;
}
for my $file (with("port = '$hostile'\n", %nat), with("'$upper' = 5\n", %nat), with("$upper = 5\n", %nat),
    with('', "$upper.conf" => ''), with('', '10-nat-netfilter.conf' => "x = '$upper'\ny$upper = 1\n"))
{
    my ($status, $out, $err) = command('-t', $file);
    isnt $err, '', 'an error says something';
    unlike $out . $err, $control, 'without control characters';
}
done_testing;
