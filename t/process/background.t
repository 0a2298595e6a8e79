# Without -f the command returns when the daemon serves, or says why it does not.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $mta = SG::MTA->start;
my $dir = SG::tempdir();
my $conf = "$dir/smtp-gated.conf";
not_left_behind("$dir/run/pid");
mkdir "$dir/conf.d";
mkdir "$dir/spool";
my $port = SG::Port::take();
my $other = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => $port, Listen => 1, ReuseAddr => 1);

sub configure (%more) {
    SG::Conf::write_file($conf, SG::Conf::text({
        bind_address => ['127.0.0.1'], port => $port, proxy_name => 'proxy.test', workers => 2,
        pidfile => "$dir/run/pid", statefile => "$dir/run/state", spool_path => "$dir/spool",
        plugin_path => SG::build_dir() . '/plugins/.libs', %more }));
    return;
}

configure(colour => 'blue');
SG::Conf::write_confd("$dir/conf.d", [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ]);
my ($status, $out, $err) = command($conf);
is $status, 2, 'a bad file is exit status 2';
like $err, qr/colour/, 'and the reason is on stderr';

configure();
($status, $out, $err) = command($conf);
is $status, 2, 'a port that is taken is exit status 2';
like $err, qr/bind_address.*\Q$port\E.*in use/, 'and named';
ok !-e "$dir/run/pid", 'no pidfile stays behind';
close $other;

SG::Conf::write_confd("$dir/conf.d", [ '10-nat-fixed' => {}, '20-no-such-plugin' => {} ]);
($status, $out, $err) = command($conf);
is $status, 2, 'a plugin that cannot be loaded is exit status 2';
like $err, qr/20-no-such-plugin\.conf/, 'and the keeper\'s reason comes to stderr';

SG::Conf::write_confd("$dir/conf.d", [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ]);
($status, $out, $err) = command($conf);
is $status, 0, 'a good one is exit status 0' or diag $err;
my ($pid) = slurp("$dir/run/pid") =~ /\A(\d+)\n\z/;
ok $pid && alive($pid), 'the pidfile has the pid of the daemon, in a directory that was not there';
my $client = SG::Client->connect($port);
like $client->banner, qr/^220/, 'which serves when the command has returned';
is readlink("/proc/$pid/cwd"), '/', 'it holds no directory';
is readlink("/proc/$pid/fd/$_"), '/dev/null', "descriptor $_ is let go" for 0 .. 2;
isnt((split ' ', slurp("/proc/$pid/stat"))[5], (split ' ', slurp("/proc/$$/stat"))[5],
    'it is in a session of its own');

is +(command('-K', $conf))[0], 0, '-K finds it';
$client->quit;
gone($pid);
ok !-e "$dir/run/pid", 'its pidfile is gone';
done_testing;
