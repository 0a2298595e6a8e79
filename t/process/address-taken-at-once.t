# Of two daemons that start at one address in the same instant one serves: neither sees the
# other when it looks, so the kernel must decide.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need('strace');
my $able = qx(strace -e trace=none true 2>&1);
plan skip_all => "strace does not work here: $able" if $?;

# Each waits before it listens until the other one is as far.
my $mta = SG::MTA->start;
my $port = SG::Port::take();
my @wrap = qw(strace -f -qq -o /dev/null -e trace=listen -e inject=listen:delay_enter=1500000);

sub begin ($dir) {
    mkdir "$dir/$_" for qw(spool conf.d);
    SG::Conf::write_confd("$dir/conf.d", [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ]);
    my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text({
        bind_address => ['127.0.0.1'], port => $port, pidfile => "$dir/pid", statefile => "$dir/state",
        spool_path => "$dir/spool", log_target => 'stderr', workers => 2,
        plugin_path => SG::build_dir() . '/plugins/.libs' }));
    not_left_behind("$dir/pid");
    my $pid = fork() // die "fork: $!";
    return $pid if $pid;
    open(STDERR, '>', "$dir/said");
    exec @wrap, SG::build_dir() . '/smtp-gated', '-f', $conf or POSIX::_exit(127);
}

sub said ($dir) { return slurp("$dir/said") }

my @dirs = map { SG::tempdir() } 1 .. 2;
my @pids = map { begin($_) } @dirs;
SG::wait_for { 2 == grep { said($_) =~ /serves|in use/ } @dirs } 30, 'both to come to an end with it';
is scalar(grep { said($_) =~ /generation 1 serves, 2 workers, port $port$/m } @dirs), 1, 'one serves, with all its workers';
my ($refused) = grep { said($_) =~ /in use/ } @dirs;
like said($refused // ''), qr/option 'bind_address'.*port $port is in use: process \d+ \(smtp-gated\) listens there/,
    'the other one says who is there';
like +SG::Client->connect($port)->banner, qr/^220/, 'clients are served';
kill 'TERM', map { slurp("$_/pid") =~ /(\d+)/ } @dirs;
waitpid $_, 0 for @pids;
done_testing;
