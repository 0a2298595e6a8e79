# Defect 13i: HUP with a bad configuration changes nothing.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

local %ENV = (%ENV, asan('handle_segv=0'));
my ($d) = relay(extra_plugins => [ map { SG::build_dir() . "/$_.so" } 't/process/.libs/unruly', 'plugins/.libs/av-clamd' ]);
my @before = $d->session_pids;
my $c = SG::Client->connect($d->port)->hello;

my @bad = (
    'a core file with an error' => sub { SG::Conf::write_file($d->conf, "port = 'many'\n") },
        qr/smtp-gated\.conf:1: option 'port'.*'many'/,
    'no core file' => sub { unlink $d->conf }, qr/No such file/,
    'a plugin file with an error' => sub { SG::Conf::write_file($d->dir . '/conf.d/20-limits.conf', 'per_hots = 3') },
        qr/20-limits\.conf:1:.*per_hots/,
    'a plugin that is not there' => sub { SG::Conf::write_file($d->dir . '/conf.d/20-none.conf', '') },
        qr/20-none\.conf/,
    'a plugin whose start fails' => sub { SG::Conf::write_file($d->dir . '/conf.d/20-unruly.conf', 'how = "refuse"') },
        qr{plugin 20-unruly does not start; the log says why},
    'a plugin that crashes as it starts' => sub { SG::Conf::write_file($d->dir . '/conf.d/20-unruly.conf', 'how = "die"') },
        qr/CRASH .*hook=start, plugin=20-unruly, session=0, lost=0$/m,
    'no plugin that says where sessions go' => sub { unlink $d->dir . '/conf.d/10-nat-fixed.conf' },
        qr/no plugin here says where sessions go/,
    'a spool that cannot be written' => sub {
        $d->configure(core => { spool_path => $d->dir . '/no-such' });
        SG::Conf::write_file($d->dir . '/conf.d/60-av-clamd.conf', "socket = '" . $d->dir . "/none'\n");
    }, qr/'spool_path'.*no-such.*messages could not be spooled/,
    'an address that is not ours' => sub { $d->configure(core => { bind_address => ['192.0.2.1'] }) },
        qr/192\.0\.2\.1.*Cannot assign requested address.*give an address of this host/,
);
while (my ($what, $break, $reason) = splice @bad, 0, 3) {
    my $core = { %{ $d->{core} // {} } };
    $break->();
    my $seen = length $d->log;
    $d->hup;
    like substr($d->log, $seen), $reason, "$what: the reason is logged";
    is_deeply [ sort $d->session_pids ], [ sort @before ], 'the processes are the same';
    like $c->cmd('NOOP'), qr/^250/, 'an old session goes on';
    like SG::Client->connect($d->port)->banner, qr/^220/, 'and a new one begins';
    $d->{core} = $core;
    $d->configure;
}
$d->hup;
$d->wait_log(qr/generation \d+ serves.*generation \d+ serves/s);
pass 'a good file is taken again';
done_testing;
