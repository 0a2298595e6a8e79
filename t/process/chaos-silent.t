# A plugin that never answers, or too late, at each hook that may answer: after its
# timeout on_error says what that means, and others are not held up.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Chaos;

my ($d, $mta) = relay();
my %short = (timeout => '200ms');

# A session in the same worker, before and while somebody waits.
sub neighbour ($c) {
    like $c->cmd('NOOP'), qr/^250/, 'a session beside it goes on';
    return;
}

sub refused ($hook, %chaos) {
    misbehave($d, $mta, $hook, %short, %chaos);
    my $other = SG::Client->connect($d->port)->hello;
    my ($c, $reply) = walk($d, $hook);
    like $reply, qr/^${\ refusal($hook)} /, 'it is told to come again';
    ok $d->wait_log(qr/PLUGIN:TIMEOUT hook=$hook, plugin=05-chaos, src=127\.0\.0\.2, ident=, result=no answer in time$/m),
        'the log names hook and plugin';
    if ($reply =~ /^421/) { is $c->closed, 'eof', 'the connection is closed' }
    else                  { like $c->cmd('NOOP'), qr/^250/, 'its session goes on' }
    neighbour($other);
    return;
}

subtest "never, at $_"    => sub { refused($_, do => 'never') } for deciders;
subtest "too late, at $_" => sub { refused($_, do => 'late', after => '400ms') } for deciders;

subtest 'on_error = pass: as if nobody had been asked.' => sub {
    for my $hook (deciders) {
        misbehave($d, $mta, $hook, %short, do => 'never', on_error => 'pass');
        my ($c, $reply) = walk($d, $hook);
        like $reply, qr/^[23]/, "at $hook";
    }
};

subtest 'on_error = reject: for good.' => sub {
    for my $hook (deciders) {
        misbehave($d, $mta, $hook, %short, do => 'never', on_error => 'reject');
        my ($c, $reply) = walk($d, $hook);
        like $reply, qr/^5/, "at $hook";
    }
};

like $d->status, qr{^Children: \d+/\d+/0/0}m, 'nothing crashed';
done_testing;
