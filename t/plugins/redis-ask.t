# The Redis kit: what is asked is answered, whoever we are and by whichever way.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Asker;

need_redis();
my $redis = SG::Redis->start;
$redis->cmd(qw(ACL SETUSER gate on >open-sesame ~gate:* +@all));
my $secret = SG::Conf::write_file(SG::tempdir() . '/secret', "open-sesame\r\nmore\n");

my $daemon = asker(server => $redis->at);
is_deeply([ ask($daemon, 'incr.a', 'incr.a', 'get.a', 'get.none') ],
    [ 'answered integer 1', 'answered integer 2', 'answered text 2', 'answered nil ' ],
    'commands are answered, each in its turn');
like(ask($daemon, 'nothing'), qr/^wrong ERR unknown command 'nothing'/, 'what Redis does not understand is not its end');
is(ask($daemon, 'get.a'), 'answered text 2', 'it is asked on');
is($redis->cmd(GET => 'smtp-gated:a'), 2, 'the prefix stands before the key');
is($redis->cmd('GET', 'a'), undef, 'and only there');
$daemon->wait_log(qr/REDIS:ERROR server=\Q${\$redis->at}\E, key=, result=ERR unknown command/);
like(ask($daemon, 'cross.a.b'), qr/^wrong the keys of one question need one \{tag\}$/, 'keys with two tags are not asked');
like(ask($daemon, 'cross.{t}a.{t}b'), qr/^answered list/, 'those with one are');

like(ask($daemon, 'run.{s}.x'), qr/^answered list text smtp-gated:\{s\} integer 1 text x integer \d+$/, 'a script is run');
my $texts = $redis->calls('eval');
ask($daemon, ('run.{s}.x') x 3);
is($redis->calls('eval'), $texts, 'its text is not sent again');
$redis->cmd(qw(SCRIPT FLUSH));
like(ask($daemon, 'run.{s}.x'), qr/integer 5/, 'where Redis has forgotten it, it is run once nevertheless');
is($redis->calls('eval'), $texts + 1, 'by its text');

my %ways = (
    'by its socket'               => { server => $redis->socket },
    'in another database'         => { server => $redis->at, database => 3 },
    'by user and password'        => { server => $redis->at, user => 'gate', password => 'open-sesame', prefix => 'gate:' },
    'by a password from a file'   => { server => $redis->at, user => 'gate', password_file => $secret, prefix => 'gate:' },
    'without a prefix'            => { server => $redis->at, prefix => '' },
);
for my $way (sort keys %ways) {
    $redis->cmd('FLUSHALL');
    is(ask(asker(%{ $ways{$way} }), 'incr.way'), 'answered integer 1', "asked $way");
}

my $many = asker(server => $redis->at);
my $c = SG::Client->connect($many->port)->hello;
$c->cmd('MAIL FROM:<a@client.test>');
my @replies = $c->pipeline(map { "RCPT TO:<incr.many\@server.test>" } 1 .. 50);
is(scalar(grep { /answered integer/ } @replies), 50, 'fifty in a row are answered');
is($redis->cmd(GET => 'smtp-gated:many'), 50, 'once each');
SG::finish();
done_testing;
