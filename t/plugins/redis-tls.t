# The Redis kit and TLS: a server with the right certificate is asked, and no other.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Asker;

need_redis();
SG::need('openssl');
my ($status, $said) = takes(tls => 'yes', server => '127.0.0.1:1');
if ($said =~ /built with a hiredis that has no TLS/) {
    isnt($status, 0, 'without TLS in hiredis the option is an error');
    like($said, qr/50-asker\.conf:\d+: option 'tls': found 'yes'/, 'by name');
    done_testing;
    exit;
}
is($status, 0, 'a Redis that is not there is no fault of the configuration');

my $dir = SG::tempdir();
chmod 0755, $dir;

sub openssl (@words) {
    my $said = qx(cd $dir && openssl @words 2>&1);
    die $said if $?;
    return;
}

sub authority ($name) {
    openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$name -keyout $name.key -out $name.pem");
    return "$dir/$name.pem";
}

# A certificate for these names, signed by an authority.
sub certificate ($name, $authority, $names) {
    SG::Conf::write_file("$dir/$name.ext", "subjectAltName=$names\n");
    openssl("req -newkey rsa:2048 -nodes -subj /CN=$name -keyout $name.key -out $name.csr");
    openssl("x509 -req -in $name.csr -days 2 -CA $authority.pem -CAkey $authority.key -CAcreateserial -extfile $name.ext -out $name.pem");
    return ("$dir/$name.pem", "$dir/$name.key");
}

my ($ca, $other) = (authority('ca'), authority('other'));
my ($cert, $key) = certificate('server', 'ca', 'IP:127.0.0.1,DNS:redis.test');
my ($own, $own_key) = certificate('client', 'ca', 'DNS:gateway.test');

sub redis (%conf) {
    my $port = SG::Redis::_free_port();
    my $redis = SG::Redis->start('tls-port' => $port, 'tls-cert-file' => $cert, 'tls-key-file' => $key,
        'tls-ca-cert-file' => $ca, 'tls-auth-clients' => 'no', %conf);
    return ($redis, "127.0.0.1:$port");
}

my ($redis, $at) = redis();
my %tls = (tls => 'yes', tls_ca => $ca);
my $daemon = asker(server => $at, %tls);
is(ask($daemon, 'incr.a'), 'answered integer 1', 'by TLS it is asked');
my @found = ask($daemon, ('incr.a') x 20);
is($found[-1], 'answered integer 21', 'again and again');
my $long = 'x' x 200;
$redis->cmd(RPUSH => 'smtp-gated:list', map { "$_$long" } 1 .. 2000);
like(ask($daemon, 'lrange.list.0.-1'), qr/^answered list text 1$long/, 'a long answer comes whole');
is(ask(asker(server => $at, %tls, tls_name => 'redis.test'), 'incr.a'), 'answered integer 22', 'as is a name in the certificate');

sub is_refused ($title, $why, %options) {
    my ($bad, $words) = takes(server => $at, tls => 'yes', %options);
    isnt($bad, 0, "$title is refused");
    like($words, $why, 'with the reason');
    return;
}
is_refused('a certificate of somebody else\'s', qr/option 'tls': found 'yes'; .*certificate verify failed/, tls_ca => $other);
is_refused('one with another name', qr/option 'tls': found 'yes'; .*certificate verify failed/, tls_ca => $ca, tls_name => 'mail.test');
is_refused('a Redis without TLS', qr/option 'tls': found 'yes'; plugin asker: Redis at/, tls_ca => $ca, server => $redis->at);
is_refused('a file that is none', qr/option 'tls_ca': found '\Q$key\E'; .*cannot be used: /, tls_ca => $key);
is_refused('a certificate without a key', qr/option 'tls_cert': .*tls_cert and tls_key go together/, tls_ca => $ca, tls_cert => $own);
is_refused('a key of another certificate', qr/option 'tls_key': .*cannot be used: /, tls_ca => $ca, tls_cert => $own, tls_key => $key);

# One that wants to know who we are.
my ($strict, $door) = redis('tls-auth-clients' => 'yes');
is(ask(asker(server => $door, %tls, tls_cert => $own, tls_key => $own_key), 'incr.b'), 'answered integer 1',
    'with a certificate of our own, where Redis asks for it');

# Under a running daemon another server takes the place.
my ($false, $false_key) = certificate('false', 'other', 'IP:127.0.0.1');
$redis->stop;
my $port = $at =~ s/.*://r;
my $impostor = SG::Redis->start('tls-port' => $port, 'tls-cert-file' => $false, 'tls-key-file' => $false_key,
    'tls-ca-cert-file' => $other, 'tls-auth-clients' => 'no');
$daemon->wait_log(qr/REDIS:REFUSED server=\Q$at\E, result=its certificate: /);
like(ask($daemon, 'incr.a'), qr/^refused its certificate: /, 'an impostor is not asked');
is($impostor->cmd(GET => 'smtp-gated:a'), undef, 'and learns nothing');
$impostor->stop;
$redis->again;
SG::wait_for { ask($daemon, 'incr.a') =~ /^answered/ } 40, 'the right one';
pass('the right one is, when it is back');
SG::finish();
done_testing;
