# A message larger than max_size: what too_large says becomes of it, and the client is
# told the limit.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;
use SG::Signatures;

my $mta = SG::MTA->start;
my $long = SG::Signatures::harmless(60_000);
my $nobody = SG::Peer->nobody;
my @scanners = (
    [ '60-av-clamd', 'SCAN', { socket => $nobody, method => 'fildes' } ],
    [ '60-av-clamd', 'SCAN', { socket => $nobody, method => 'instream' } ],
    [ '65-as-spamd', 'SPAM', { socket => $nobody, method => 'whole' } ],
    [ '65-as-spamd', 'SPAM', { socket => $nobody, method => 'stream' } ],
);
push @scanners, [ '60-av-libclamav', 'SCAN', { database => SG::Signatures::database() } ]
    if -e SG::build_dir() . '/plugins/.libs/av-libclamav.so';

sub verdict ($file, $options) {
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        $file => { on_error => 'reject', max_size => 50_000, %$options },
    ]);
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail($long);
    $c->quit;
    $c->close;
    SG::Daemon->finish_all;
    return ($reply, $daemon->log);
}

my $text = 'proxy.test Message too large to be scanned, the limit is 50000 bytes';
my %codes = (reject => "552 5.3.4 $text", tempfail => "452 4.3.4 $text");
for my $scanner (@scanners) {
    my ($file, $kind, $options) = @$scanner;
    my $name = join ' ', $file, $options->{method} // ();
    for my $policy (sort keys %codes) {
        my $before = () = $mta->messages;
        my ($reply, $log) = verdict($file, { %$options, too_large => $policy });
        is $reply, $codes{$policy}, "$name, $policy";
        like $log, qr/$kind:TOO_LARGE size=${\ length $long}, src=127\.0\.0\.1, ident=, limit=50000$/m, 'it is logged';
        is scalar(() = $mta->messages), $before, 'the server does not have it';
    }
    my ($reply, $log) = verdict($file, { %$options, too_large => 'pass' });
    like $reply, qr/^250 /, "$name, pass";
    like $log, qr/$kind:SKIPPED size=${\ length $long}, src=127\.0\.0\.1, ident=$/m, 'it is logged';
    ($reply) = verdict($file, $options);
    like $reply, $kind eq 'SPAM' ? qr/^250 / : qr/^552 /, "$name, by default";
}

done_testing;
