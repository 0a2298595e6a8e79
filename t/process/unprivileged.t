# Who is not root can serve, but not become somebody else.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
SG::need('setpriv');
my ($d) = relay(wrap => [ qw(sh -c), 'chmod 777 $NOTIFY_SOCKET; exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"', 'sh' ],
    core => { pidfile => '/tmp/sg-unprivileged-' . $$ . '/pid',
        statefile => '/tmp/sg-unprivileged-' . $$ . '/state' });
like SG::Client->connect($d->port)->hello->quit, qr/^221/, 'an ordinary user serves';
is proc_status(($d->worker_pids)[0])->{Uid}, join("\t", (65534) x 4), 'as itself';
is $d->stop, 0, 'and ends well';
my $dir = '/tmp/sg-unprivileged-' . $$;
unlink glob "$dir/*";

my @ways = (
    set_user => 'daemon', qr/'set_user'.*'daemon'.*Operation not permitted; this needs a start as root/,
    chroot_path => $d->dir, qr/'chroot_path'.*not permitted/,
    upstream_mark => 3, qr/upstream_mark or a plugin needs CAP_NET_ADMIN/,
);
while (my ($option, $value, $sentence) = splice @ways, 0, 3) {
    local $d->{core} = { %{ $d->{core} }, $option => $value };
    $d->configure;
    my $said = `setpriv --reuid=65534 --regid=65534 --clear-groups @{[SG::build_dir()]}/smtp-gated @{[$d->conf]} 2>&1`;
    is $? >> 8, 2, "$option is refused";
    like $said, $sentence, 'with a sentence';
}
rmdir $dir;
done_testing;
