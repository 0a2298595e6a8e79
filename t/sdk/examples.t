# The plugins of sdk/examples, which doc/writing-plugins.md shows: each builds without
# a warning, and does in the relay what its script says, with nothing left behind.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Nsd;
use SG::Redis;
use SG::Tree;
use Test::More;

SG::need('gcc');
my $tool = built('smtp-gated-plugin');
my $dir = SG::tempdir();
my $include = src('sdk/include');
my $build = SG::build_dir();
my @with_dns = ("$build/.libs/libkitdns.a", "$build/libsgkit.a", qw(-luv));
my @with_redis = ("$build/libsgkitredis.a", "$build/libsgkit.a", qw(-luv), split(" ", qx(pkg-config --libs hiredis_ssl openssl 2>&-)), qw(-lhiredis -lmd));
my @memcheck = $ENV{SG_SANITIZED} || system('command -v valgrind >/dev/null') ? ()
    : qw(valgrind -q --leak-check=full --error-exitcode=9);

system('cp', glob(src('sdk/examples/*')), $dir);
chdir $dir or die "$dir: $!";

sub build ($name) {
    my ($needs) = slurp("$dir/$name.c") =~ m{(?:kit/)?(dns|redis|sqlite3)\.h};
    return qx(pkg-config --exists sqlite3 && echo yes) && builds($name, '-lsqlite3') if ($needs // '') eq 'sqlite3';
    my @with = !$needs ? () : $needs eq 'dns' ? @with_dns : @with_redis;
    return !@with || -e $with[0] ? builds($name, @with) : 0;
}

sub builds ($name, @libraries) {
    my @sanitizers = $ENV{SG_SANITIZED} ? '-fsanitize=address,undefined' : ();
    my $said = qx(gcc -Wall -Wextra -Wshadow -Wconversion -Werror -g -fPIC -shared @sanitizers \\
        -I$include $name.c -o $name.so @libraries 2>&1);
    ok($? == 0, "$name builds without a warning") or diag($said);
    return 1;
}

sub plays ($name, $script = $name) {
    my @conf = -e "$dir/$script.conf" ? ('--conf', "$script.conf") : ();
    my $said = qx(@memcheck $tool play $name.so @conf $script.t 2>stderr);
    ok($? == 0 && $said !~ /^not ok/m, "$name does what $script.t says")
        or diag($said, slurp("$dir/stderr"));
    return;
}

sub write_conf ($name, $text) {
    open my $out, '>', "$dir/$name.conf" or die "$name.conf: $!";
    print {$out} $text;
    close $out;
    return;
}

my @examples = map { m{([\w-]+)\.c$} } files(qr/\.c$/, 'sdk/examples');
cmp_ok(scalar @examples, '>', 4, 'there are examples');
my %built = map { $_ => build($_) } @examples;

write_conf('no-domains', qq(file = "$dir/no-domains.list"\n));
plays($_) for grep { $_ !~ /^(?:reverse-name|few-mails|known-senders)$/ } @examples;

SKIP: {
    skip 'there is no SQLite', 1 if !$built{'known-senders'};
    mkdir "$dir/state";
    write_conf('known-senders', qq(directory = "$dir/state"\n));
    plays('known-senders');
    ok(-s "$dir/state/known-senders.db", 'and the database is kept');
}

SKIP: {
    plays('reverse-name', 'reverse-name-nobody');
    skip 'there is no nsd', 1 if system('PATH=$PATH:/usr/sbin; command -v nsd >/dev/null');
    my $six = join '.', '1', ('0') x 23, reverse split //, '20010db8';
    my $nsd = SG::Nsd->start(
        '2.0.192.in-addr.arpa' => ['1 PTR mail.client.test.'],
        'ip6.arpa'             => ["$six PTR six.client.test."]);
    write_conf('reverse-name', slurp("$dir/reverse-name.conf") =~ s/"127\.0\.0\.1:\d+"/'"' . $nsd->at . '"'/er);
    plays('reverse-name');
}

SKIP: {
    skip 'there is no Redis, or no hiredis', 1 if !SG::Redis::program() || !$built{'few-mails'};
    plays('few-mails', 'few-mails-alone');
    my $redis = SG::Redis->start;
    write_conf('few-mails', (slurp("$dir/few-mails.conf") =~ s/"127\.0\.0\.1:\d+"/'"' . $redis->at . '"'/er)
            . "redis_timeout = 10s\n"); # valgrind is slow
    plays('few-mails');
    my %ends = map { $_ => $redis->cmd(TTL => $_) } @{ $redis->cmd(KEYS => '*') };
    is(join(' ', sort keys %ends), 'smtp-gated:192.0.2.1 smtp-gated:192.0.2.2', 'the keys are in Redis, with their prefix');
    ok(!(grep { $_ <= 0 } values %ends), 'and each has an end');
}

# ------------------------------------------------------- in the daemon --

# All at once, in a worker that is confined as workers are, which the player is not.
SKIP: {
    skip 'the sanitizers confine nothing', 1 if $ENV{SG_SANITIZED};
    symlink built("plugins/.libs/nat-fixed.so"), "$dir/nat-fixed.so" or die "nat-fixed.so: $!";
    my $mta = SG::MTA->start;
    my $daemon = SG::Daemon->start(
        core    => { plugin_path => $dir },
        plugins => [
            '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
            '40-no-localhost' => {},
            '41-few-rcpts'    => { most => 1 },
            '42-no-domains'   => { file => "$dir/no-domains.list" },
            '50-long-lines'   => {},
            '51-no-words'     => { words => ['lottery'] } ]);
    my $answers = sub (@lines) {
        my $c = SG::Client->connect($daemon->port)->hello;
        my ($reply) = (map { $c->cmd($_) } @lines)[-1];
        $c->quit;
        return $reply;
    };
    my @mail = ('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>');
    like($answers->('EHLO localhost'), qr/^550 /, 'the daemon: no localhost');
    like($answers->('MAIL FROM:<a@one.example>'), qr/^550 /, 'no domain of the file');
    like($answers->(@mail, 'RCPT TO:<c@server.test>'), qr/^452 /, 'no second recipient');
    like($answers->(@mail, 'DATA', "Hello.\r\n."), qr/^250 /, 'a mail passes');
    like($answers->(@mail, 'DATA', "A lottery.\r\n."), qr/^550 /, 'no word of the list, which a thread finds');
    like($answers->(@mail, 'DATA', 'x' x 1200 . "\r\n."), qr/^554 /, 'no long line');
    unlike($daemon->log, qr/CRASH|VIOLATION/, 'and nothing that the sandbox forbids');
    SG::finish();
}

# What each says when its file is wrong, by the daemon's words.
write_conf('no-domains', qq(file = "$dir/there-is-none"\n));
my $said = qx($tool play no-domains.so --conf no-domains.conf no-domains.t 2>&1);
is($? >> 8, 2, 'a file that is not there is an error of the configuration');
like($said, qr{no-domains\.conf:1: .*there-is-none.*No such file}, 'the line is named, and what is wrong');
chdir '/';
done_testing;
