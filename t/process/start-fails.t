# Plugins that misbehave before the first session: the daemon does not start.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

local %ENV = (%ENV, asan('handle_segv=0'));
my $dir = SG::tempdir();
not_left_behind("$dir/pid");
mkdir "$dir/$_" for qw(conf.d plugins spool);
symlink SG::build_dir() . '/t/process/.libs/unruly.so', "$dir/plugins/unruly.so";
symlink SG::build_dir() . '/plugins/.libs/nat-fixed.so', "$dir/plugins/nat-fixed.so";
my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text({
    bind_address => ['127.0.0.1'], port => 0, pidfile => "$dir/pid", statefile => "$dir/state",
    plugin_path => "$dir/plugins", spool_path => "$dir/spool", workers => 8, log_target => 'stderr', log_level => 'notice' }));

my @ways = (
    refuse => qr/plugin 20-unruly does not start; the log says why/,
    die    => qr/a worker of the new configuration ended before it served \(signal 11\)/,
    thread => qr/left 1 threads? running/,
    vanish => qr/keeper \d+ ended before it served: exit 7/,
    crash  => qr{conf\.d/20-unruly\.conf: plugin unruly \(\S+/unruly\.so\) crashed in configure$}m,
    leave  => qr{conf\.d/20-unruly\.conf: plugin unruly \(\S+/unruly\.so\) ended the process in configure$}m,
);
while (my ($how, $sentence) = splice @ways, 0, 2) {
    SG::Conf::write_confd("$dir/conf.d",
        [ '10-nat-fixed' => { server => '127.0.0.1' }, '20-unruly' => { how => $how } ]);
    my ($status, $out, $err) = command($conf);
    is $status, 2, "$how: exit status 2";
    like $err, $sentence, 'with a sentence';
    my @lines = grep { !/max_connections|SANDBOX calls|uptime=/ } split /\n/, $err;
    is scalar(grep { /UNRULY/ } @lines), 1, 'and one line of the plugin, not one for each worker' if $how eq 'refuse';
    like $err, qr/UNRULY reason=it does not want to, plugin=\d+-unruly$/m, 'which has its name' if $how eq 'refuse';
    cmp_ok scalar @lines, '<=', 2, 'and not more is said than that' or diag $err;
    ok !-e "$dir/pid", 'and no pidfile';
}
for my $how (qw(crash leave)) {
    SG::Conf::write_confd("$dir/conf.d", [ '20-unruly' => { how => $how } ]);
    my ($status, $out, $err) = command('-t', $conf);
    like $err, qr/plugin unruly \(.*in configure$/m, "$how: -t names the plugin, too";
}
done_testing;
