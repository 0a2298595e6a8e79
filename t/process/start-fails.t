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
my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text({
    bind_address => ['127.0.0.1'], port => 0, pidfile => "$dir/pid", statefile => "$dir/state",
    plugin_path => "$dir/plugins", spool_path => "$dir/spool", workers => 2 }));

my @ways = (
    refuse => qr/a worker of the new configuration ended before it served \(exit status 2\)/,
    die    => qr/a worker of the new configuration ended before it served \(signal 11\)/,
    thread => qr/left 1 threads? running/,
    vanish => qr/keeper \d+ ended before it served: exit 7/,
);
while (my ($how, $sentence) = splice @ways, 0, 2) {
    SG::Conf::write_confd("$dir/conf.d", [ '20-unruly' => { how => $how } ]);
    my ($status, $out, $err) = command($conf);
    is $status, 2, "$how: exit status 2";
    like $err, $sentence, 'with a sentence';
    ok !-e "$dir/pid", 'and no pidfile';
}
done_testing;
