# A plugin that crashes, at each hook: its client is cut off, the log names hook and
# plugin, and everybody else goes on.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Chaos;
use SG::Process ();

my ($d, $mta) = relay(env => { SG::Process::asan('handle_segv=0') });
my $bystander = SG::Client->connect($d->port)->hello;
$bystander->envelope;

my $crashes = 0;
for my $hook (deciders, observers) {
    subtest "at $hook" => sub {
        misbehave($d, $mta, $hook, do => 'crash');
        my ($c) = walk($d, $hook);
        ok $c->closed, 'the client is cut off';
        ok $d->wait_log(qr/CRASH pid=(\d+), why=signal, signal=SEGV, exit=0, hook=$hook, plugin=05-chaos, session=\d+, lost=1$/m),
            'the log names hook and plugin';
        $crashes++;
        my $next = SG::Client->connect($d->port);
        like $next->hello->cmd('NOOP'), qr/^250/, 'the next client is served';
        $next->quit if $hook ne 'close';
    };
}
like $bystander->data("still here\r\n"), qr/^250/, 'who was in the midst of a message has not noticed';
like $bystander->quit, qr/^221/, 'to the end of the session';
is scalar(grep { $_->{body} eq "still here\r\n" } $mta->messages), 1, 'the message is there';
is scalar(grep { $_->{body} =~ /MARKER/ } $mta->messages), 2,
    'of the others\' messages those two whose verdict had been spoken: at mail_done and close';
my ($counted) = $d->status =~ m{^Children: \d+/\d+/(\d+)/0}m;
is $counted, scalar(() = $d->log =~ /^.*CRASH pid=/mg), 'the statefile counts them all';
cmp_ok $counted, '>=', $crashes, 'one for each hook at least';
done_testing;
