# `prepare` is called once for a generation: as set_user, before any worker of it is there.
# If it fails there is one line, and no start or reload.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
local %ENV = (%ENV, asan('handle_segv=0'));
my $nobody = getpwnam 'nobody';
my $trail = SG::tempdir();
chown $nobody, -1, $trail;
my $object = SG::build_dir() . '/t/process/.libs/unruly.so';

sub steps () { return map { [split] } split /\n/, slurp("$trail/trail") }
sub forget () { unlink "$trail/trail"; return }

# ----------------------------------------------------- start and reload --

my $mta = SG::MTA->start;
my @nat = ('10-nat-fixed' => { server => '127.0.0.1', port => $mta->port });
my $d = SG::Daemon->start(
    core => { set_user => 'nobody', workers => 3 }, extra_plugins => [$object],
    plugins => [ @nat, '20-unruly' => { trail => $trail } ]);
for my $when ('start', 'reload') {
    is join(' ', map { $_->[0] } steps), 'prepare start start start', "$when: once, before all workers";
    is join(' ', map { $_->[1] } steps), join(' ', ($nobody) x 4), 'with the rights of a worker';
    ok !(grep { $_->[2] == (steps)[0][2] } (steps)[ 1 .. 3 ]), 'in another process than theirs';
    ok !(grep { $_->[1] != $nobody } steps) && (stat "$trail/trail")[4] == $nobody, 'what it made is theirs';
    forget;
    $d->hup if $when eq 'start';
}
SG::wait_for { (() = $d->keeper_pids) == 1 } 10, 'the old generation to end';
my @keeper = $d->keeper_pids;

my @ways = (
    sulk   => qr{20-unruly\.conf: plugin unruly \(\S+/unruly\.so\) cannot prepare its work},
    object => qr{20-unruly\.conf\S*: option 'trail': .*plugin unruly: it is full},
    fall   => qr{20-unruly\.conf: plugin unruly \(\S+/unruly\.so\) crashed in prepare},
    stray  => qr/a plugin left 1 threads running when it was configured or prepared/,
);
for my $way (grep { !ref } @ways) {
    my $seen = length $d->log;
    my $sentence = $ways[ 1 + (grep { $ways[$_] eq $way } 0 .. $#ways)[0] ];
    forget;
    $d->configure(plugins => [ @nat, '20-unruly' => { trail => $trail, how => $way } ]);
    $d->hup(wait => 0);
    ok eval { SG::wait_for { substr($d->log, $seen) =~ $sentence } }, "$way: the reload does not happen, with a sentence"
        or diag substr $d->log, $seen;
    SG::wait_for { (() = $d->keeper_pids) == 1 } 10, 'the new keeper to end';
    is_deeply [ $d->keeper_pids ], \@keeper, 'the old generation serves on';
    is join(' ', map { $_->[0] } steps), 'prepare', 'no worker of the new one was there';
}
like SG::Client->connect($d->port)->banner, qr/^220/, 'clients are served all the while';
$d->stop;

# -------------------------------------------------- the start, and -t --

my $dir = SG::tempdir();
chmod 0755, $dir;
not_left_behind("$dir/pid");
mkdir "$dir/$_" for qw(conf.d plugins spool);
symlink $object, "$dir/plugins/unruly.so";
symlink SG::build_dir() . '/plugins/.libs/nat-fixed.so', "$dir/plugins/nat-fixed.so";
my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text({
    bind_address => ['127.0.0.1'], port => 0, pidfile => "$dir/pid", statefile => "$dir/state", plugin_path => "$dir/plugins",
    spool_path => "$dir/spool", workers => 8, log_target => 'stderr', log_level => 'notice' }));
while (my ($how, $sentence) = splice @ways, 0, 2) {
    SG::Conf::write_confd("$dir/conf.d", [ @nat, '20-unruly' => { how => $how } ]);
    my ($status, $out, $err) = command($conf);
    is $status, 2, "$how: the daemon does not start";
    like $err, $sentence, 'with a sentence';
    my @lines = grep { !/max_connections|SANDBOX calls|uptime=/ } split /\n/, $err;
    is scalar @lines, 1, 'and one line' or diag $err;
    ok !-e "$dir/pid", 'and no pidfile';
    ($status, $out, $err) = command('-t', $conf);
    is $status, 0, '-t does not call it' or diag $err;
}
done_testing;
