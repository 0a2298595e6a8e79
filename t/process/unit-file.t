# The systemd unit: with the capabilities it leaves, everything root can be
# asked for works.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
SG::need('setpriv');
my $unit = slurp(SG::build_dir() . '/doc/systemd/smtp-gated.service');
like $unit, qr{^ExecStart=/\S+/smtp-gated -f$}m, 'the path of the program is filled in';
unlike $unit, qr/\@\w+\@/, 'no other place is left open';

SKIP: {
    skip 'systemd-analyze is not installed', 1 if system('command -v systemd-analyze >/dev/null');
    my $dir = SG::tempdir();
    my $built = SG::build_dir();
    SG::Conf::write_file("$dir/smtp-gated.service", $unit =~ s{/\S+(?=/smtp-gated -[fr])}{$built}gr);
    is `systemd-analyze verify --man=no $dir/smtp-gated.service 2>&1`, '', 'systemd understands all of it';
}

my @capabilities = map { lc s/CAP_//r } map { split } $unit =~ /^CapabilityBoundingSet=(.*)$/mg;
cmp_ok scalar(@capabilities), '>', 5, 'capabilities are listed';
my $jail = SG::tempdir();
mkdir "$jail/spool";
chmod 0777, "$jail/spool";
my ($d) = relay(
    wrap => [ 'setpriv', '--bounding-set', join(',', '-all', map { "+$_" } @capabilities), '--no-new-privs' ],
    env => { asan('detect_leaks=0') },    # which would need /proc
    core => { set_user => 'nobody', chroot_path => $jail, spool_path => '/spool', priority => -5,
        limit_fsize => '64M', upstream_mark => 9 });
like SG::Client->connect($d->port)->hello->quit, qr/^221/, 'user, chroot, priority, limits, mark: it serves';
my $c = SG::Client->connect($d->port)->hello;
my @family = $d->session_pids;
$d->hup;
$d->signal('INT');
is $d->wait_exit, 0, 'and ends at once when told, with sessions of another user\'s processes';
gone(@family);
done_testing;
