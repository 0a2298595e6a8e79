# A plugin that hangs, at each hook: its worker is named, ended and replaced, and a
# session in another worker goes on meanwhile.  A daemon for each hook, so that they
# hang side by side.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Chaos;
use SG::Process ();

# Sessions in each worker, by its pid; all are kept, as the end of one may be what
# hangs.  Those of the generation before accept no more,
# but their processes may not have ended yet.
sub neighbours ($d) {
    SG::wait_for { scalar($d->keeper_pids) == 1 } 10, 'the end of the old generation';
    my @workers = $d->worker_pids;
    my %of;
    for (1 .. 40) {
        my $c = SG::Client->connect($d->port)->hello;
        for my $worker (@workers) {
            push @{ $of{$worker} }, $c if grep { $_ == $c->port } SG::Process::clients_of($worker, $d->port);
        }
        return \%of if keys %of == @workers;
    }
    die 'a worker gets no session';
}

my @hung;
for my $hook (deciders, observers) {
    my ($d, $mta) = relay(core => { workers => 2 }, env => { SG_STANDSTILL_MS => 6000 * SG::patience() });
    misbehave($d, $mta, $hook, do => 'hang');
    push @hung, [ $hook, $d, neighbours($d), approach($d, $hook) ];
}

# What the client had been told before it came to that.
my %told = (mail_done => qr/^250/, close => qr/^221/);

for (@hung) {
    my ($hook, $d, $neighbour, $c) = @$_;
    subtest "at $hook" => sub {
        my ($pid) = $d->wait_log(qr/STANDSTILL pid=(\d+), seconds=\d+, hook=$hook, plugin=05-chaos, session=\d+$/m, 60);
        my ($other) = map { $neighbour->{$_}[0] } grep { $_ != $pid } keys %$neighbour;
        like $other->cmd('NOOP'), qr/^250/, 'it is named, and a session in the other worker goes on';
        ok $d->wait_log(qr/CRASH pid=$pid, why=standstill, signal=ABRT, exit=0, hook=$hook, plugin=05-chaos, session=\d+, lost=\d+$/m, 60),
            'its worker is ended, and the log has hook and plugin';
        like $c->reply, $told{$hook}, 'the client has its answer' if $told{$hook};
        ok $c->closed, 'its client is cut off';
        like $other->quit, qr/^221/, 'the other session ends as it should';
        like(SG::Client->connect($d->port)->hello->cmd('NOOP'), qr/^250/, 'the next client is served');
    };
}
done_testing;
