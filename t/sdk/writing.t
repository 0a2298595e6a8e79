# doc/writing-plugins.md, followed to the letter by somebody who has what is installed
# and an empty folder: each command of the document is run, in its order, and prints
# what the document shows.  Builds by cmake and meson are tried where these are installed.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Installed;
use SG::Tree;
use Test::More;

SG::need_root();
SG::need(qw(unshare nsenter setpriv gcc pkg-config autoreconf automake valgrind gdb dpkg-deb));
plan skip_all => 'the sanitizers do not go together with valgrind and gdb' if $ENV{SG_SANITIZED};

my ($home, $why) = SG::Installed->make;
plan skip_all => "needs to hide the source tree, but $why" if !$home;

my $desk = SG::tempdir();
chown 65534, 65534, $desk;
my $document = slurp('doc/writing-plugins.md');

my ($there) = $home->run('/', 'cmp "$(pkg-config --variable=docdir smtp-gated)/writing-plugins.md" - < /dev/null'
        . ' 2>&1 | grep -q EOF');
ok($there, 'the document is installed, too');

# What the administrator has before anybody writes a plugin.
$home->run('/', 'd=$(pkg-config --variable=confdir smtp-gated) && mkdir -p $d && : > $d/../smtp-gated.conf && : > $d/10-nat-netfilter.conf',
    root => 1);

# The first line that does not stand in the output; the log comes when it comes, so the
# order is nobody's.
sub missing ($output, $text) {
    my ($missing) = grep { index($output, $_) < 0 } split /\n/, $text;
    return $missing;
}

my ($said, $run) = ('', 0);
for ($document =~ /^(```.*?\n.*?)^```$/msg) {
    my ($kind, $body) = /^```(.*?)\n(.*)/s;
    my ($first) = $body =~ /(.*)/;
    if ($kind =~ /^sh (cmake|meson)$/ && system("command -v $1 >/dev/null")) {
        $said = undef;
    } elsif ($kind =~ /^sh\b/) {
        (my $ok, $said) = $home->run($desk, "set -e; $body", root => $kind eq 'sh root');
        ok($ok, "works: $first") or diag($body, $said);
        $run++;
    } elsif ($kind eq 'text' && defined $said) {
        my $missing = missing($said, $body);
        ok(!defined $missing, "and says: $first") or diag("not: $missing\nbut: $said");
    }
}
cmp_ok($run, '>', 10, 'there were commands to run');
done_testing;
