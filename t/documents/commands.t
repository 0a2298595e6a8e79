# Every command that a document shows is run, in its order, by somebody who has what is
# installed, as root or not, as the document says; and prints what the document shows.
# Configurations between them are put in their place first.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Documents;
use SG::Installed;
use Test::More;

SG::need_root();
SG::need(qw(unshare nsenter setpriv ip iptables ip6tables useradd gcc pkg-config valgrind));
plan skip_all => 'the sanitizers do not go together with valgrind' if $ENV{SG_SANITIZED};

my ($home, $why) = SG::Installed->make(net => 1);
plan skip_all => "needs to hide the source tree, but $why" if !$home;
my $conf = SG::Installed::make_variable('sysconfdir') . '/smtp-gated';

# A host of its own: what is written to /etc, /run, /var and /srv is gone with the namespace.
my $etc = SG::tempdir();
my ($ready, $said) = $home->run('/', <<"END", root => 1);
set -e
cp -a /etc/. $etc && mount --bind $etc /etc
for folder in /run /var/lib /var/spool /var/log /srv; do mount -t tmpfs none \$folder; done
mkdir -p /etc/smtp-gated $conf
[ $conf = /etc/smtp-gated ] || mount --bind /etc/smtp-gated $conf
ip link set lo up
END
ok($ready, 'there is a host of our own') or diag($said);

# What README has an administrator make; other documents begin with that.
my $begun = <<'END';
rm -rf /etc/smtp-gated/* && mkdir -p /etc/smtp-gated/conf.d
: > /etc/smtp-gated/smtp-gated.conf && : > /etc/smtp-gated/conf.d/10-nat-netfilter.conf
END
my $left = '[ ! -e /run/smtp-gated/smtp-gated.pid ] || smtp-gated -K';

sub works ($block, $folder, $line) {
    (my $ok, $said) = $home->run($folder, "set -e; $line", root => $block->{more} eq 'root');
    my ($first) = $block->{text} =~ /(.*)/;
    ok($ok, "$block->{at} works: $first") or diag("$line\n$said");
    return;
}

sub shown ($block) {
    my @missing = grep { index($said, $_) < 0 } split /\n/, $block->{text};
    is("@missing", '', "$block->{at}: and says so") or diag($said);
    return;
}

sub put_in_place ($block) {
    my %files = SG::Documents::by_file($block, $block->{more} || undef);
    $home->run('/', 'rm -f /etc/smtp-gated/conf.d/10-*', root => 1) if grep { /nat-/ } keys %files;
    SG::Conf::write_file("$etc/smtp-gated/$_", $files{$_}) for grep { m{^conf\.d/|^smtp-gated} } keys %files;
    return;
}

# The program of a plugin's manual, with something in the place of logger(1).
sub action ($block) {
    my $folder = SG::tempdir();
    chmod 0755, $folder;
    my $script = SG::Conf::write_file("$folder/script", $block->{text});
    local $block->{more} = '';
    works($block, $folder, "logger() { shift 2; echo \"\$@\"; }; HELO=pc LOCK_DURATION=60; set -- virus 192.0.2.9; . $script");
    is($said, "virus from 192.0.2.9, HELO pc, for 60s\n", '… and tells what it is told to') if $said !~ /^-/;
    return;
}

# The example that every plugin begins with is the one that the manual speaks of.
my $desk;
sub script ($block) {
    $desk = SG::tempdir();
    chown 65534, 65534, $desk;
    works({ %$block, more => '' }, $desk, 'smtp-gated-plugin new mine && cd mine && '
            . 'cc -fPIC -shared $(pkg-config --cflags smtp-gated) mine.c -o mine.so');
    SG::Conf::write_file("$desk/mine/t/mine.t", $block->{text});
    return;
}

my %do = (
    text => \&shown, conf => \&put_in_place, action => \&action, script => \&script,
    sh   => sub ($block) { works($block, $block->{more} eq 'plugin' ? "$desk/mine" : '/', $block->{text} =~ s/^# //gmr) },
);

my $count = 0;
for my $document (SG::Documents::all()) {
    my @blocks = grep { $do{ $_->{kind} } && $_->{why} eq '' && $_->{more} ne 'tree' } SG::Documents::blocks($document);
    next if !grep { $_->{kind} =~ /^(?:sh|script|action)$/ } @blocks;
    $home->run('/', $begun, root => 1) if $document ne 'README.md';
    $do{ $_->{kind} }->($_), $count++ for @blocks;
    $home->run('/', $left, root => 1);
}
cmp_ok($count, '>', 15, 'there were commands to run');
done_testing;
