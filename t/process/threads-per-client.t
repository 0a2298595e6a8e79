# Slow scans of one client do not stop another's: of a worker's four threads one client
# has three.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $slow = '127.0.0.2';

# A daemon that scans on threads: what comes from the slow client until the gate opens.
sub relay_with (%core) {
    my $gate = SG::gate();
    my ($d) = relay(core => { workers => 1, statefile_type => 'flat', %core },
        plugins => [
            '50-chaos'   => { at => ['end'], do => 'late', only => [$slow], until => $gate },
            '60-chaos@b' => { at => ['end'], do => 'late', only => ['127.0.0.3'], after => '1ms' },
        ]);
    return ($d, $gate);
}

# So many sessions of the slow client, each with a message that is being scanned.
sub scans ($d, $count) {
    my @clients = map { SG::Client->connect($d->port, from => $slow)->hello } 1 .. $count;
    $_->envelope for @clients;
    $_->send_raw("slow\r\n.\r\n") for @clients;
    SG::wait_for { (() = $d->log =~ /CHAOS:ASKED/g) == $count } 10, 'all to be asked for';
    return @clients;
}

sub threads ($d) {
    my ($worker) = $d->worker_pids;
    return scalar(() = glob "/proc/$worker/task/*") - 1;
}

sub end_all ($gate, @clients) {
    my $open = SG::reach_gate($gate);
    is_deeply [ map { substr $_->reply, 0, 3 } @clients ], [ (250) x @clients ], 'none of the slow ones is lost';
    return;
}

subtest 'Another client is scanned while four slow scans of one last.' => sub {
    my ($d, $gate) = relay_with();
    my @clients = scans($d, 4);
    SG::wait_for { threads($d) == 3 } 10, 'three threads to work';
    my $other = SG::Client->connect($d->port, from => '127.0.0.3')->hello;
    like $other->mail("quick\r\n"), qr/^250/, 'its message is scanned and delivered';
    SG::wait_for { $d->status =~ /^counters\.work_held: 1$/m } 10, 'the count';
    pass 'the fourth of the slow ones is counted';
    end_all($gate, @clients);
};

subtest 'Three slow scans of one client wait for nobody.' => sub {
    my ($d, $gate) = relay_with();
    my @clients = scans($d, 3);
    SG::wait_for { threads($d) == 3 } 10, 'three threads to work';
    end_all($gate, @clients);
    like $d->status, qr/^counters\.work_held: 0$/m, 'nothing is counted';
};

subtest 'One client may have all threads, if the administrator says so.' => sub {
    my ($d, $gate) = relay_with(threads_per_client => 4);
    my @clients = scans($d, 4);
    SG::wait_for { threads($d) == 4 } 10, 'four threads to work';
    end_all($gate, @clients);
    like $d->status, qr/^counters\.work_held: 0$/m, 'nothing is counted';
};
done_testing;
