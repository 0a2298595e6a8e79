# Without `nameservers` those of /etc/resolv.conf are asked, and when the file changes, or
# another takes its place, the new ones.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;

plan skip_all => 'needs root, for a mount namespace' if $> != 0;
plan skip_all => 'no mount namespace can be made here' if system('unshare -m true 2>/dev/null');

my $mta = SG::MTA->start;
my $etc = SG::tempdir();
chmod 0755, $etc;
system("cp -a /etc/. $etc/") == 0 or die 'cp';
unlink "$etc/resolv.conf";

# resolv.conf knows no ports: so each server has an address of its own, and port 53.
sub server ($address, $answer) {
    my $dns = eval { SG::DNS->start(sub { $answer }, at => [ $address, 53 ]) };
    plan skip_all => "port 53 of $address is not free" if !$dns;
    return $dns;
}
my @dns = map { server("127.53.0.$_", "127.0.0.$_") } 2 .. 4;

sub write_conf ($n, $name = 'resolv.conf') {
    SG::Conf::write_file("$etc/$name", "# a comment\nnameserver 127.53.0.$n\noptions use-vc\n");
    chmod 0644, "$etc/$name";
    return;
}

write_conf(2);
my $daemon = SG::Daemon->start(
    wrap => [ 'unshare', '-m', 'sh', '-c', 'mount --bind "$0" /etc && exec "$@"', $etc ],
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '45-dnsbl' => { zones => ['list.test'] },
    ]);

# From a client's address of its own each time: nothing of it is in the cache.
my $client = 0;
sub banner () {
    my $c = SG::Client->connect($daemon->port, from => join '.', 127, 1, ++$client >> 8, $client & 255);
    my $banner = $c->banner;
    $c->close;
    return $banner;
}
sub wait_for_server ($n) { return SG::wait_for { banner() =~ /list\.test: 127\.0\.0\.$n$/ } 20, "server $n" }

like banner(), qr/list\.test: 127\.0\.0\.2$/, 'the server of the file is asked';
write_conf(3);
wait_for_server(3);
$daemon->wait_log(qr{DNS:SERVERS file=/etc/resolv\.conf, servers=127\.53\.0\.3:53, plugin=\d+-\w+$}m);
pass 'the file is written anew: the new one is';
write_conf(4, 'resolv.conf.new');
rename "$etc/resolv.conf.new", "$etc/resolv.conf" or die "rename: $!";
wait_for_server(4);
pass 'another file takes its place: the server of that is';
unlink "$etc/resolv.conf";
like banner(), qr/list\.test: 127\.0\.0\.4$/, 'it is removed: the last that was known is asked';
SG::finish();
done_testing;
