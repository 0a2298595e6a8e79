# A plugin that answers when its client has left, once or twice, at each hook that may
# answer: nobody is there any more, and nothing comes of it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use POSIX ();
use SG;
use SG::Chaos;

my ($d, $mta) = relay();
my $fifo = SG::tempdir() . '/fifo';
POSIX::mkfifo($fifo, 0600) or die "$fifo: $!";

sub said ($pattern) { return scalar(() = $d->log =~ /$pattern/mg) }

for my $mode (qw(late double)) {
    for my $hook (deciders) {
        subtest "$mode, at $hook" => sub {
            misbehave($d, $mta, $hook, do => $mode, until => $fifo, timeout => '1h');
            my $neighbour = SG::Client->connect($d->port)->hello;
            my ($asked, $answered) = (said('CHAOS:ASKED'), said('CHAOS:ANSWERED'));
            my $c = approach($d, $hook);
            SG::wait_for { said('CHAOS:ASKED') > $asked } 10, 'the question';
            $c->reset;
            SG::wait_for { $d->status =~ m{^Children: 1/}m } 10, 'the end of its session';
            is said('CHAOS:ANSWERED'), $answered, 'the client has gone, and its session, without an answer';
            open my $gate, '>', $fifo or die "$fifo: $!";
            close $gate;
            SG::wait_for { said('CHAOS:ANSWERED') > $answered } 10, 'the answer';
            like $neighbour->cmd('NOOP'), qr/^250/, 'then the answer comes, and a session beside it goes on';
            like $neighbour->quit, qr/^221/, 'to its end';
        };
    }
}
like $d->status, qr{^Children: \d+/\d+/0/0}m, 'nothing crashed';
is scalar(grep { $_->{body} =~ /MARKER/ } $mta->messages), 0, 'and no message got through';
done_testing;
