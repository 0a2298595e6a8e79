# Started as root: keeper and workers have the user, and nothing they do not need.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
SG::need('setpriv');
my ($uid, $gid) = (getpwnam 'nobody')[2, 3];

my @with_groups = ('setpriv', '--groups', '1,2,3');    # that must not be kept
my ($d) = relay(wrap => \@with_groups, core => { set_user => 'nobody', workers => 2, priority => 5, limit_fsize => '64M' });
like SG::Client->connect($d->port)->banner, qr/^220/, 'it serves';
for my $pid ($d->session_pids) {
    my $s = proc_status($pid);
    is $s->{Uid}, join("\t", ($uid) x 4), "$s->{Name}: all user ids are nobody's";
    is $s->{Gid}, join("\t", ($gid) x 4), 'all group ids, too';
    like $s->{Groups}, qr/^(?:$gid ?)?$/, 'no other group is left';
    is $s->{$_}, '0' x 16, "$_ is empty" for qw(CapInh CapPrm CapEff CapBnd CapAmb);
    is $s->{NoNewPrivs}, 1, 'no new privileges';
    is((split ' ', slurp("/proc/$pid/stat") =~ s/.*\)//sr)[16], 5, 'the priority is set');
    my $limits = slurp("/proc/$pid/limits");
    like $limits, qr/^Max file size +67108864 +unlimited/m, 'limit_fsize: soft, so that it can be lifted';
}
is proc_status($d->pid)->{Uid}, join("\t", (0) x 4), 'the master stays root';
$d->stop;

($d) = relay(core => { set_user => 'nobody', upstream_mark => 7 });
my $admin = 1 << 12;
for my $pid ($d->session_pids) {
    my $s = proc_status($pid);
    is hex $s->{$_}, $admin, "upstream_mark: $_ has CAP_NET_ADMIN only" for qw(CapPrm CapEff CapBnd);
    is hex $s->{$_}, 0, "and $_ nothing" for qw(CapInh CapAmb);
}
like SG::Client->connect($d->port)->banner, qr/^220/, 'the mark can be set';
$d->stop;

SKIP: {
    my ($member) = grep { !/^(?:root|nobody)$/ && defined getpwnam $_ } map { split /,/, (split /:/)[3] // '' }
        split /\n/, slurp('/etc/group');
    skip 'nobody here is a member of a group', 1 if !$member;
    ($d) = relay(core => { set_user => $member });
    my @its = map { split } `id -G $member`;
    is_deeply [ sort split ' ', proc_status(($d->worker_pids)[0])->{Groups} ], [ sort @its ],
        "$member: the user's groups are all there";
    $d->stop;
}

($d) = relay(core => { set_user => $uid, set_group => $gid });
is proc_status(($d->worker_pids)[0])->{Uid}, join("\t", ($uid) x 4), 'numbers do as well as names';
$d->stop;

($d) = relay();
is proc_status(($d->worker_pids)[0])->{CapEff}, '0' x 16, 'root without set_user has no capabilities either';
done_testing;
