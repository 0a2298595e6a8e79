# A crash on a thread of the pool, where a plugin's work runs beside the loop, and one
# behind that work: both have the plugin's name, and count.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d, $mta) = relay(core => { workers => 1 }, env => { asan('handle_segv=0') });
for my $case ([ fall => 'work' ], [ trip => 'done' ]) {
    my ($way, $where) = @$case;
    subtest "The crash is in what sg_offload() was given as $where." => sub {
        $d->configure(plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '50-chaos' => { at => ['mail'], do => $way } ]);
        $d->hup;
        for my $crash (1 .. 3) {
            my $seen = length $d->log;
            my $c = SG::Client->connect($d->port)->hello;
            $c->send_line('MAIL FROM:<a@client.test>');
            ok $c->closed, "crash $crash";
            SG::wait_for { substr($d->log, $seen) =~ /CRASH pid=\d+, why=signal, signal=SEGV, exit=0, hook=$where, plugin=50-chaos, session=0, lost=1$/m } 10, 'CRASH';
        }
        SG::wait_for { (() = $d->log =~ / QUARANTINE plugin=50-chaos, crashes=3, /g) == ($way eq 'fall' ? 1 : 2) } 10, 'QUARANTINE';
        pass 'the third takes the plugin out of service';
    };
}

subtest 'A worker that is killed while a thread works is nobody\'s fault.' => sub {
    $d->configure(plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '50-chaos' => { at => ['mail'], do => 'late', after => '60s' } ]);
    $d->hup;
    my $c = SG::Client->connect($d->port)->hello;
    $c->send_line('MAIL FROM:<a@client.test>');
    my $worker = SG::wait_for { (grep { (() = glob "/proc/$_/task/*") > 1 } $d->worker_pids)[0] } 10, 'a thread';
    CORE::kill('SEGV', $worker);
    $d->wait_log(qr/CRASH pid=$worker, why=signal, signal=SEGV, exit=0, hook=none, plugin=none, /);
    ok $c->closed, 'a signal from outside has no plugin\'s name';
};
done_testing;
