# At start one line compares max_size with what clamd itself looks at, where that can
# be known.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;

my $mta = SG::MTA->start;
my $socket = SG::Peer->nobody;

# What is logged at start, with this clamd.conf.
sub line ($lines, $options = {}) {
    my $config = SG::tempdir() . '/clamd.conf';
    SG::Conf::write_file($config, "# Example\nLocalSocket $socket\n$lines") if defined $lines;
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '60-av-clamd'  => { socket => $socket, config => $config, %$options },
    ]);
    SG::Daemon->finish_all;
    my @lines = $daemon->log =~ /(SCAN:LIMITS .*), plugin=\d+-av-clamd$/mg;
    return join "\n", @lines;
}

my $debian = "MaxScanSize 100M\nMaxFileSize 25M\nStreamMaxLength 25M\n";
like line("${debian}AlertExceedsMax true\n"),
    qr/^SCAN:LIMITS max_size=26200000, StreamMaxLength=26214400, MaxFileSize=26214400, MaxScanSize=104857600, AlertExceedsMax=yes, MaxThreads=10, per_client=8, config=\S+, result=all of a message is looked at$/,
    'as Debian has it, and alerts on';
like line($debian), qr/AlertExceedsMax=no, .*result=clamd calls clean what is beyond its limits: set AlertExceedsMax/, 'alerts off';
like line("${debian}AlertExceedsMax yes\n", { max_size => '30M' }),
    qr/result=max_size is larger than what clamd looks at/, 'a larger max_size';
like line("AlertExceedsMax yes\n", { max_size => 0 }), qr/result=max_size is larger than/, 'no max_size';
like line("AlertExceedsMax yes\nStreamMaxLength 5M\n", { method => 'instream' }),
    qr/StreamMaxLength=5242880, MaxFileSize=104857600, .*result=max_size is larger than/, 'a stream has its own limit';
like line("AlertExceedsMax yes\nStreamMaxLength 5M\n"), qr/result=all of a message/, 'which a descriptor has not';
my $threads = qr/^SCAN:LIMITS .*result=one client may keep all of clamd's threads busy: set per_client below MaxThreads$/;
like line("AlertExceedsMax yes\nMaxThreads 8\n"), $threads, 'as many threads as one client may have';
like line("AlertExceedsMax yes\n", { per_client => 0 }), $threads, 'no bound for one client';
like line("AlertExceedsMax yes\nMaxThreads 9\n"), qr/MaxThreads=9, per_client=8, .*result=all of a message/, 'one more';
is line("LocalSocket /elsewhere\n"), '', 'nothing is said of another clamd';
is line(undef), '', 'nor where there is no such file';

done_testing;
