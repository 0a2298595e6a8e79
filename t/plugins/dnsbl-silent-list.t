# A list that does not answer is left out, so that no client waits for it, and counts
# again when it is back.  The other lists go on meanwhile.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;

my $mta = SG::MTA->start;
my $file = SG::tempdir() . '/alive';
my $dns = SG::DNS->start(sub ($type, $name) {
    return 'nothing' if $name !~ /dark/;
    return -e $file ? '127.0.0.2' : 'silence';
});
my $daemon = SG::Daemon->start(
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '45-dnsbl' => { zones => [ 'dark.test', 'light.test' ], nameservers => [ $dns->at ], patience => '300ms' },
    ]);

# Each from an address of its own: nothing of it is in the cache.
my $client = 0;
sub banner () {
    my $c = SG::Client->connect($daemon->port, from => join '.', 127, 1, ++$client >> 8, $client & 255);
    my $banner = $c->banner;
    $c->close;
    return $banner;
}

like banner(), qr/^220 /, "client $_ passes after it has waited" for 1 .. 3;
$daemon->wait_log(qr/DNSBL:DOWN domain=dark\.test, result=no answer in time, plugin=\d+-dnsbl$/m);
my $asked = sub ($what) { scalar grep { /$what/ } $dns->questions };
my $light = $asked->('light');
like banner(), qr/^220 /, 'with the list left out they pass' for 1 .. 20;
is $asked->('light'), $light + 20, 'and the other list is asked for each of them';
my %names = map { /dark/ ? ($_ => 1) : () } $dns->questions;
cmp_ok scalar(keys %names), '<', 20, 'the silent one for few';
SG::Conf::write_file($file, '');
SG::wait_for { banner() =~ /dark\.test: 127\.0\.0\.2$/ } 20, 'a refusal';
$daemon->wait_log(qr/DNSBL:UP domain=dark\.test, time=\d+, plugin=\d+-dnsbl$/m);
pass 'when it answers again it counts again';
is scalar(() = $daemon->log =~ /DNSBL:DOWN/g), 1, 'and the log has told it once';
unlike $daemon->log, qr/DNS:DOWN/, 'and of no name server';
SG::finish();
done_testing;
