# The Redis kit where Redis does not take us: a configuration that is wrong is said to be,
# at once where that can be known, and later loudly; and nobody is shown a password.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Asker;

need_redis();
my $redis = SG::Redis->start(requirepass => 'Tr0ub4dor');
my $file = SG::Conf::write_file(SG::tempdir() . '/secret', "letmein1\n");

sub is_wrong ($said, $title, %options) {
    my ($status, $words) = takes(server => $redis->at, %options);
    isnt($status, 0, $title);
    like($words, $said, 'by name and reason');
    unlike($words, qr/Tr0ub4dor|letmein1/, 'without a password');
    return;
}

is_wrong(qr/50-asker\.conf: plugin asker: Redis at \S+ does not take us: NOAUTH .*; no password is set/, 'no password');
is_wrong(qr/50-asker\.conf:\d+: option 'password': found '\(not shown\)'; plugin asker: Redis at \S+ does not take us: WRONGPASS/,
    'a wrong password', password => 'letmein1');
is_wrong(qr/50-asker\.conf:\d+: option 'password_file': found '\Q$file\E'; .*WRONGPASS/, 'a wrong one in a file', password_file => $file);
is_wrong(qr/option 'database': found '99'; .*DB index is out of range/, 'a database that is not there',
    password => 'Tr0ub4dor', database => 99);
is_wrong(qr/option 'password_file': .*only one of password and password_file/, 'two passwords',
    password => 'letmein1', password_file => $file);
is_wrong(qr/option 'password_file': .*cannot be read: No such file/, 'a file that is not there', password_file => "$file.not");
is_wrong(qr/option 'password_file': found 'secret'; .*absolute path/, 'a path that is none', password_file => 'secret');
is_wrong(qr/option 'user': .*needs password/, 'a user without a password', user => 'gate');
is_wrong(qr/option 'prefix': .*neither braces nor blanks/, 'a prefix with braces', prefix => '{x}', password => 'Tr0ub4dor');
is_wrong(qr/option 'password': expected one line of text/, 'a password with a control character',
    password => "letmein1\x01");

# Text that is no configuration at all, in the password's line.
for my $line ('password = letmein1 letmein1', 'password = "x" = letmein1', 'password == letmein1', 'password += letmein1 }') {
    my $dir = SG::tempdir();
    my ($status, $said) = takes(\"server = \"127.0.0.1:1\"\n$line\n");
    isnt($status, 0, "'" . ($line =~ s/letmein1/…/gr) . "' is wrong");
    unlike($said, qr/letmein1/, 'and is not shown');
}

my ($status) = takes(server => $redis->at, password => 'Tr0ub4dor');
is($status, 0, 'the right password is taken');
($status) = takes(server => '127.0.0.1:1', password => 'Tr0ub4dor');
is($status, 0, 'a Redis that is not there is no fault of the configuration');

# What is loaded, and what an option is.
my $daemon = asker(server => $redis->at, password => 'Tr0ub4dor');
my $program = SG::build_dir() . '/smtp-gated';
my $shown = qx('$program' -T ${\$daemon->conf} 2>&1);
like($shown, qr/^# password is set, and not shown$/m, '-T does not show it');
unlike($shown . $daemon->log, qr/Tr0ub4dor/, 'nor does the log');
unlike(qx('$program' -C 50-asker.password ${\$daemon->conf} 2>&1), qr/Tr0ub4dor/, 'nor does -C');

# Later: the password changes under a running daemon.
is(ask($daemon, 'ping'), 'answered text PONG', 'it is asked');
$redis->cmd(CONFIG => 'SET', requirepass => 'another');
$redis->{password} = 'another';
$redis->cmd(CLIENT => 'KILL', TYPE => 'normal');
SG::wait_for { ask($daemon, 'ping') =~ /^refused WRONGPASS/ } 10, 'a refusal';
$daemon->wait_log(qr/REDIS:REFUSED server=\S+, result=WRONGPASS/);
like(ask($daemon, 'ping'), qr/^refused WRONGPASS/, 'a question is told so');
SG::wait_for { (() = $daemon->log =~ /REDIS:REFUSED/g) > 1 } 20, 'another line';
pass('and the log says it again');
$redis->cmd(CONFIG => 'SET', requirepass => 'Tr0ub4dor');
$redis->{password} = 'Tr0ub4dor';
SG::wait_for { ask($daemon, 'ping') =~ /^answered/ } 20, 'Redis again';
$daemon->wait_log(qr/REDIS:UP/);

# A user that may not do what we ask.
$redis->cmd(qw(ACL SETUSER gate on >open ~smtp-gated:* +get +ping));
my $poor = asker(server => $redis->at, user => 'gate', password => 'open');
is(ask($poor, 'get.x'), 'answered nil ', 'what it may is answered');
like(ask($poor, 'incr.x'), qr/^refused NOPERM/, 'what it may not is refused');
$poor->wait_log(qr/REDIS:REFUSED server=\S+, result=NOPERM/);
$redis->cmd(qw(ACL SETUSER gate +evalsha +eval));
my $poorer = asker(server => $redis->at, user => 'gate', password => 'open');
like(ask($poorer, 'run.x.y'), qr/^refused ERR .* script: /, 'nor what it may not do in a script');

# The user of the manual page may do all that the kit and its plugins need, and no more.
open(my $page, '<', SG::src_dir() . '/doc/man/smtp-gated-redis.7.in') or die "the manual page: $!";
my ($line) = do { local $/; <$page> } =~ /^ACL SETUSER (smtp-gated .*?)^\.Ed/ms;
$redis->cmd(ACL => SETUSER => split ' ', $line =~ s/\\e\n//r =~ s/PASSWORD/open/r);
my $modest = asker(server => $redis->at, user => 'smtp-gated', password => 'open', database => 2, follow => 'news');
$modest->wait_log(qr/ASKER:MISSED/);
for my $question ('ping', 'incr.n', 'run.{n}.x', 'xadd.news.*.a.b', 'hset.h.a.b', 'zadd.z.1.b', 'role') {
    like(ask($modest, $question), qr/^answered/, "the user of smtp-gated-redis(7) may $question");
}
$modest->wait_log(qr/ASKER:ENTRY id=\S+, count=2, name=a, value=b/);
like(ask($modest, 'flushall'), qr/^refused NOPERM/, 'but not flushall');
my ($trial) = $redis->cmd(ACL => DRYRUN => 'smtp-gated', 'GET', 'other:key');
isnt($trial, 'OK', 'nor read what has another prefix');
is($redis->cmd(ACL => DRYRUN => 'smtp-gated', 'CLUSTER', 'SLOTS'), 'OK', 'in a cluster as well');

# Another's data under our key.
SG::wait_for { ask($daemon, 'ping') =~ /^answered/ } 20, 'Redis';
$redis->cmd(SET => 'smtp-gated:text', 'x');
my @found = ask($daemon, ('lpush.text.1') x 3);
is(scalar(grep { /^gone WRONGTYPE/ } @found), 3, 'a key of another type is as if it were gone');
is(scalar(() = $daemon->log =~ /REDIS:TYPE server=\S+, key=smtp-gated:text, result=WRONGTYPE/g), 1, 'the log names it once');
is(ask($daemon, 'ping'), 'answered text PONG', 'other questions go on');
SG::finish();
done_testing;
