# A plugin that answers twice, answers nonsense or leaks, at each hook: the first
# answer counts, nonsense is an error of the plugin, and nobody else notices.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Chaos;
use SG::Process ();

my ($d, $mta) = relay(env => { SG::Process::asan('detect_leaks=0') });
my $seed = SG::Pieces::seed();
note "seed $seed (SG_SEED=$seed repeats it)";

subtest 'Twice: the first answer, pass, counts.' => sub {
    for my $hook (deciders) {
        misbehave($d, $mta, $hook, do => 'double', after => '1ms');
        my ($c, $reply) = walk($d, $hook);
        like $reply, qr/^[23]/, "at $hook";
        like $c->cmd('NOOP'), qr{^250}, 'the session goes on' if $hook ne 'data';
    }
};

# What is drawn may also be a pass with a ticket left over.
subtest 'Nonsense: pass or 4xx, and the log names hook and plugin.' => sub {
    for my $hook (deciders) {
        misbehave($d, $mta, $hook, do => 'garbage', seed => $seed);
        my $other = SG::Client->connect($d->port)->hello;
        my $refused = 0;
        for (1 .. 6) {
            my ($c, $reply) = walk($d, $hook);
            next if $reply =~ /^[23]/;
            $refused++;
            like $reply, qr/^4\d\d[ -]/, "at $hook: $reply";
        }
        my $named = sub { scalar(() = $d->log =~ /PLUGIN:ERROR hook=$hook, plugin=05-chaos, src=127\.0\.0\.2/g) };
        eval { SG::wait_for { $named->() >= $refused } 10 };
        is $named->(), $refused, "$refused of 6 refused at $hook, as many named";
        like $other->cmd('NOOP'), qr/^250/, 'a session beside it goes on';
    }
};

subtest 'Leaks: nothing to see.' => sub {
    for my $hook (deciders, observers) {
        misbehave($d, $mta, $hook, do => 'leak');
        my ($c, $reply) = walk($d, $hook);
        my %other = (event => qr/^550/, cancel => qr/^451/);
        like $reply, $other{$hook} // qr/^[23]/, "at $hook";
    }
};

like $d->status, qr{^Children: \d+/\d+/0/0}m, 'nothing crashed';
done_testing;
