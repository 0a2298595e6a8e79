# A plugin in quarantine observes nothing; where nothing was begun, nothing is ended.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Chaos;
use SG::Process ();

my ($d, $mta) = relay(env => { SG::Process::asan('handle_segv=0') });
for my $hook (observers) {
    subtest "A plugin that crashes at $hook is left alone." => sub {
        my $seen = length $d->log;
        misbehave($d, $mta, $hook, do => 'crash', on_error => 'pass');
        for my $crash (1 .. 3) {
            my ($c) = walk($d, $hook);
            ok $c->closed, "crash $crash";
            SG::wait_for { (() = substr($d->log, $seen) =~ / CRASH /g) == $crash } 10, "crash $crash";
        }
        $d->wait_log(qr/\A.{$seen}.* QUARANTINE plugin=05-chaos, crashes=3, /s);
        my ($c, $reply) = walk($d, $hook);
        like $reply, $hook eq 'event' ? qr/^550/ : qr/^2/, 'the session gets where it crashed';
        $c->quit if $hook ne 'close';
        ok $c->closed, 'and to its end';
        my ($number) = $d->log =~ /.*\[(\d+)\]: NEW /s;
        $d->wait_log(qr/\[$number\]: CLOSE/);
        is scalar(() = substr($d->log, $seen) =~ / CRASH /g), 3, 'without another crash';
    };
}
done_testing;
