# A plugin's line of the log that belongs to no session says for which conf.d file it was written.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $object = SG::build_dir() . '/t/process/.libs/teller.so';
SG::need($object);

# How often each line of each place is there, "PLACE LABEL".
sub told ($daemon) {
    my ($log, %told) = $daemon->log;
    $told{"$1 $2"}++ while $log =~ /TELLER where=(\w+), plugin=(\S+)$/mg;
    return \%told;
}

for my $case ([ '20-teller' ], [ '20-teller', '21-teller@two' ]) {
    my @labels = @$case;
    subtest 'Loaded by ' . @$case . ' of the files.' => sub {
        my ($d) = relay(core => { workers => 1 }, plugins => [ map { $_ => {} } @$case ], extra_plugins => [$object]);
        my ($worker) = $d->worker_pids;
        SG::wait_for { (() = $d->log =~ /TELLER where=(?:timer|done)/g) == 2 * @labels } 10, 'timers and work';
        is $d->stop, 0, 'the daemon ends';
        my $told = told($d);
        for my $label (@labels) {
            is $told->{"$_ $label"}, 1, "$_ names $label" for qw(configure start done stop);
        }
        is $told->{'timer ' . join '|', @labels}, @labels, 'a call of libuv\'s names those that it may be';
        like $d->log, qr/\Q[$worker]\E: TELLER where=start/, 'and the line has the pid of the worker' or diag $d->log;
    };
}
done_testing;
