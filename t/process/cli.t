# The switches that need no daemon.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $dir = SG::tempdir();
mkdir "$dir/conf.d";
my $conf = "$dir/smtp-gated.conf";

sub configure (%more) {
    return SG::Conf::write_file($conf, SG::Conf::text({
        proxy_name => 'proxy.test', pidfile => "$dir/pid", statefile => "$dir/state",
        plugin_path => SG::build_dir() . '/plugins/.libs', %more }));
}
configure();

my ($status, $out, $err) = command('-h');
is $status, 10, '-h exits with 10, as it always did';
like $out, qr/^usage: smtp-gated/, '-h shows the usage';
like $out, qr/^  -\Q$_\E\s/m, "-h knows -$_" for qw(f h s S r K t T v V C);
like $out, qr/^  --import /m, '-h knows --import';

($status, $out) = command('-v');
is $status, 0, '-v succeeds';
like $out, qr/\Asmtp-gated \d+\.\d+\.\d+\n\z/, '-v is one line';
($status, $out) = command('-V');
like $out, qr/^smtp-gated .*^compiled: .*^configuration: .*^plugins: .*^sessions: .*session$/ms,
    '-V tells how it was built';

($status, $out, $err) = command('-C', 'proxy_name', $conf);
is $status, 0, '-C succeeds';
like $out, qr/^"?proxy\.test"?$/, '-C prints the value of one option';
($status, $out, $err) = command('-C', 'proxy_nam', $conf);
is $status, 2, '-C of an unknown option fails';
like $err, qr/no core option 'proxy_nam'/, 'and says so';

SG::Conf::write_confd("$dir/conf.d", [
    '10-nat-fixed' => { server => '127.0.0.1', port => 2525 },
    '90-trace@b'   => { timeout => '7s' },
]);
for (['nat-fixed.port', '2525'], ['10-nat-fixed.port', '2525'], ['nat-fixed.on_error', 'tempfail'],
    ['90-trace@b.timeout', '7']) {
    ($status, $out, $err) = command('-C', $_->[0], $conf);
    is "$status $out", "0 $_->[1]\n", "-C prints the plugin's option $_->[0]" or diag $err;
}
for ('nat-fixed.prt', 'nat-fixd.port', '.port', 'nat-fixed.') {
    ($status, $out, $err) = command('-C', $_, $conf);
    is $status, 2, "-C knows no '$_'";
    like $err, qr/no plugin's option '\Q$_\E'/, 'and says so';
}
($status, $out, $err) = command('-t', $conf);
is $status, 0, '-t accepts a good configuration' or diag $err;
is $out, "OK\n", 'and says so, and nothing else';
for my $words (['-t', '-v'], ['-v', '-t'], ['-tv']) {
    ($status, $out, $err) = command(@$words, $conf);
    like $out, qr/10-nat-fixed.*^port = 2525\n.*^OK\n\z/ms, "@$words shows what is in force";
}
($status, $out) = command('-T', $conf);
is $status, 0, '-T succeeds';
like $out, qr/^proxy_name = "?proxy\.test"?$/m, '-T shows options of the core';
like $out, qr/^port = 2525$/m, '-T shows options of plugins';

configure(port => 'many');
SG::Conf::write_confd("$dir/conf.d", [ '10-nat-fixed' => { server => '127.0.0.1', prot => 2525 } ]);
($status, $out, $err) = command('-t', $conf);
is $status, 2, '-t of a bad configuration exits with 2';
like $err, qr/\Q$conf\E:\d+: option 'port'.*'many'/, 'it names file, line, option and value';
configure();
($status, $out, $err) = command('-t', $conf);
is $status, 2, '-t of a bad plugin file exits with 2';
like $err, qr{conf\.d/10-nat-fixed\.conf:\d+:.*prot}, 'and names it';

($status, $out, $err) = command('-t', "$dir/none.conf");
is $status, 2, 'a file that is not there is a bad configuration';
like $err, qr{none\.conf.*No such file}s, 'and named';

($status, $out, $err) = command('-x');
is $status, 1, 'an unknown switch fails';
like $err, qr/^usage:/m, 'and shows the usage';
($status, $out, $err) = command('-t', $conf, 'more');
is $status, 1, 'a word too many fails';
like $err, qr/'more' is too much/, 'and is named';
($status, $out, $err) = command('--import', $conf);
is $status, 1, '--import wants two words';
like $err, qr/--import needs/, 'and says which';

SG::Conf::write_confd("$dir/conf.d", []);
for my $switch (qw(-s -r -K)) {
    ($status, $out, $err) = command($switch, $conf);
    is $status, 1, "$switch fails without a daemon";
    like $err, qr/not running/, 'and says why';
}
($status, $out, $err) = command('-S', $conf);
is $status, 1, '-S fails without a statefile';
like $err, qr{\Q$dir\E/state}, 'and names it';
done_testing;
