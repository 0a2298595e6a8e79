# The sandbox can be left out, and what there is of it stands in the log.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;
use SG::Sandbox;

SG::need_root();
my $d = prisoner({});
need_sandbox($d);
is_deeply [ confined($d) ], [ 'listed', 'granted', 'all confined' ], 'by default all is confined';
my $state = proc_status(($d->worker_pids)[0]);
is $state->{Seccomp}, 2, 'the kernel says so, too';

$d->configure(core => { sandbox => 'no' });
like attempt($d, { do => 'read', path => '/etc/shadow' }), qr/^550 .*done/, 'sandbox = no: a plugin reads what it likes';
is_deeply [ confined($d) ], [ 'any', 'any', 'sandbox is no' ], 'and the log says why';

# From a directory's descriptor there is a way out of a chroot.
my $granted = SG::tempdir();
attempt($d, { grant => $granted });
my @held = map { readlink($_) // '' } map { glob "/proc/$_/fd/*" } $d->worker_pids;
is_deeply [ grep { $_ eq $granted } @held ], [], 'what was granted is not left open';
like attempt($d, { do => 'fork' }), qr/^550 .*done/, 'and forks';

$d->configure(core => { sandbox => 'yes' },
    plugins => [ @{ $d->{plugins} }[ 0, 1 ], '50-prisoner' => {}, '60-action-script' => { command => '/bin/true' } ]);
$d->hup;
is_deeply [ confined($d) ], [ 'most', 'any', '60-action-script runs programs' ],
    'beside a plugin that runs programs files are not confined';
SG::wait_for { (() = $d->keeper_pids) == 1 } 10, 'the old generation to end';
is proc_status(($d->worker_pids)[0])->{Seccomp}, 2, 'but some calls are';
done_testing;
