# Records that are wrong, and records that are meant to do harm: an error is logged,
# the mail passes, and what they cost is bounded.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;

# Texts and addresses by name; a name below a key has what the key has.
my %records = (
    'two.test'        => [ 'v=spf1 -all', 'v=spf1 +all' ],
    'junk.test'       => ['v=spf1 juggle:x -all'],
    'address.test'    => ['v=spf1 ip4:192.0.2.300 -all'],
    'prefix.test'     => ['v=spf1 ip4:192.0.2.0/33 -all'],
    'macro.test'      => ['v=spf1 exists:%{z}.test -all'],
    'open-macro.test' => ['v=spf1 exists:%{d -all'],
    'percent.test'    => ['v=spf1 exists:% -all'],
    'macros.test'     => [ 'v=spf1 exists:' . '%{d}' x 200 . '.test -all' ],
    'digits.test'     => ['v=spf1 exists:%{d99999999999}.test -all'],
    'bytes.test'      => ["v=spf1 \xff\0 -all"],
    'redirects.test'  => ['v=spf1 redirect=a.test redirect=b.test'],
    'self.test'       => ['v=spf1 include:self.test -all'],
    'turn.test'       => ['v=spf1 redirect=turn.test'],
    'ping.test'       => ['v=spf1 include:pong.test -all'],
    'pong.test'       => ['v=spf1 include:ping.test -all'],
    'chain.test'      => ['v=spf1 include:a.%{d} -all'],
    'voids.test'      => ['v=spf1 a:n1.test a:n2.test a:n3.test a:n4.test -all'],
    'eleven.test'     => [ 'v=spf1 ' . join(' ', map { "a:a$_.many.test" } 1 .. 11) . ' -all' ],
    'mxes.test'       => ['v=spf1 mx:eleven-mx.test -all'],
    'slow.test'       => ['v=spf1 a:silent.test -all'],
    'empty.test'      => ['v=spf1'],
    'exists.test'     => ['v=spf1 exists:%{l}.there.test -all'],
);

sub answer ($type, $name) {
    return 'silence' if $name =~ /silent/;
    return 'servfail' if $name eq 'servfail.test';
    return 'nothing' if $name =~ /^n\d\.test$/;
    return '203.0.113.1' if $type eq 'A';
    return map { "x$_.$name" } 1 .. 11 if $type eq 'MX';
    my ($key) = grep { $name =~ /(?:^|\.)\Q$_\E$/ } keys %records;
    return 'nothing' if $type ne 'TXT' || !$key;
    return @{ $records{$key} };
}

my $dns = SG::DNS->start(\&answer);
my $mta = SG::MTA->start;
my $daemon = SG::Daemon->start(
    core    => { log_mail_from => [ 'accepted', 'rejected' ], email_length => 1024 },
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '55-spf' => { check => 'fixed', ip => '192.0.2.7', nameservers => [ $dns->at ], patience => '500ms' },
    ]);

# Result, reason, and how many questions it took.
sub check ($sender, $helo = 'client.test', $shown = $sender) {
    my $before = $dns->questions;
    my $c = SG::Client->connect($daemon->port)->hello($helo);
    my $reply = $c->cmd("MAIL FROM:<$sender>");
    $c->quit;
    $c->close;
    my ($result) = $daemon->wait_log(qr/SPF:RESULT .*from=\Q$shown\E, result=(\w+)$/m);
    my $domain = $sender =~ /\@(.*)/ ? $1 : $helo;
    my ($why) = $daemon->log =~ /SPF:ERROR domain=\Q$domain\E, result=\w+, reason=(.*)$/m;
    return ($result, $why // '', $dns->questions - $before, $reply);
}

my %permerror = (
    two => qr/more than one SPF record/, junk => qr/mechanism that is none/, address => qr/an address is none/,
    prefix => qr/an address is none/, macro => qr/proper domain/, 'open-macro' => qr/proper domain/,
    percent => qr/proper domain/, macros => qr/comes to too much/, digits => qr/proper domain/,
    bytes => qr/no text/,
    redirects => qr/stands there twice/, (map { $_ => qr/more than ten terms/ } 'self', 'turn', 'ping', 'chain', 'eleven'),
    voids => qr/find nothing/, mxes => qr/more than ten mail exchangers/,
);

for my $name (sort keys %permerror) {
    my ($result, $why, $questions, $reply) = check("a\@$name.test");
    is $result, 'permerror', "$name is a permerror";
    like $why, $permerror{$name}, "for a reason: $why";
    cmp_ok $questions, '<=', 12, "after few questions: $questions";
    like $reply, qr/^250 /, 'and the mail passes';
}

for my $name ('slow', 'servfail', 'silent') {
    my ($result, $why, $questions, $reply) = check("a\@$name.test");
    is $result, 'temperror', "$name is a temperror";
    isnt $why, '', "for a reason: $why";
    like $reply, qr/^250 /, 'and the mail passes';
}

is((check("$_\@exists.test"))[0], 'pass', "a local part that name libraries would escape: $_")
    for '"a b"', 'a$b', '"a@(;"';
is((check('a@empty.test'))[0], 'neutral', 'an empty record says nothing');

my $long = 'x' x 200;
is((check("$_\@self.test"))[0], 'permerror', 'a strange local part: ' . substr($_, 0, 20))
    for $long, '%{s}', '"a b"', '"a@b"', "\xc3\xa4", '!#$&*/=?^_`{|}~';
is((check('a@' . join('.', ('a' x 63) x 4, 'test')))[0], 'none', 'a domain that is too long');
is((check("a\@\xc3\xa4.test", 'client.test', 'a@xn--4ca.test'))[0], 'none', 'one that is not of ASCII');
is((check('', $_))[0], 'none', "an empty path and a HELO that is no name: $_") for '[192.0.2.7]', 'localhost';

done_testing;
