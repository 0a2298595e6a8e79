# SPF with records in a real DNS server.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;
use SG::Nsd;

SG::need('nsd', 'unshare', 'ip');
SG::need_root();

# A network of its own, which is a loopback with some addresses of the world.
if (!$ENV{SG_OWN_NETWORK}) {
    local $ENV{SG_OWN_NETWORK} = 1;
    exec 'unshare', '--net', $^X, "-I$FindBin::Bin/../lib", $0 or die "unshare: $!";
}
for my $command ('link set lo up', map { "addr add $_ dev lo" } '192.0.2.7/32', '192.0.2.8/32', '2001:db8::7/128 nodad') {
    system("ip $command") == 0 or die "ip $command";
}

# As a zone file writes a text of more than 255 bytes.
sub long_text ($text) { return join ' ', map { qq("$_") } $text =~ /(.{1,255})/g }

my $nsd = SG::Nsd->start(
    'test' => [
        'allowed TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"',
        'denied TXT "v=spf1 ip4:198.51.100.0/24 ip6:2001:db9::/32 -all"',
        'soft TXT "v=spf1 ~all"', 'neutral TXT "v=spf1 ?all"', 'open TXT "v=spf1 ip4:0.0.0.0/0 -all"',
        'split TXT "v=sp" "f1 ip4:192.0.2.7" " -all"', 'case TXT "V=SPF1 IP4:192.0.2.7 -ALL"',
        'plain TXT "nothing of that kind"', 'other TXT "v=spf10 -all"',
        'by-a TXT "v=spf1 a -all"', 'by-a A 192.0.2.7', 'by-a AAAA 2001:db8::7',
        'by-net TXT "v=spf1 a:net.test/24//64 -all"', 'net A 192.0.2.200', 'net AAAA 2001:db8::99',
        'by-mx TXT "v=spf1 mx -all"', 'by-mx MX 10 mx1', 'by-mx MX 20 mx2', 'mx1 A 198.51.100.1',
        'mx2 A 192.0.2.7', 'by-mx MX 30 mx3', 'mx3 A 198.51.100.2',
        'by-include TXT "v=spf1 include:denied.test include:allowed.test -all"',
        'by-redirect TXT "v=spf1 redirect=allowed.test"',
        'to-denied TXT "redirect=nowhere.test"', 'to-denied TXT "v=spf1 redirect=denied.test"',
        'by-exists TXT "v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all"', '7.2.0.192.in-addr._spf.by-exists.test. A 127.0.0.2',
        'by-local TXT "v=spf1 exists:%{l1r-}.users.test -all"', 'joe.users A 127.0.0.2',
        'by-ptr TXT "v=spf1 ptr:home.test -all"', 'host7.home A 192.0.2.7',
        'explained TXT "v=spf1 exp=why.test -all foo=bar/%{d}"', 'why TXT "%{q"',
        'by-p TXT "v=spf1 exists:%{p}.known.test -all"', 'near.by-p A 192.0.2.7',
        'near.by-p.test.known A 127.0.0.2',
        'client TXT "v=spf1 -all"',
        'large TXT ' . long_text('v=spf1 ' . 'ip4:198.51.100.1 ' x 120 . 'ip4:192.0.2.7 -all'),
        'giant TXT ' . long_text('v=spf1 ' . 'a ' x 600 . '-all'),
        'monster TXT ' . long_text('v=spf1 ' . 'exists:' . 'a' x 5000 . ' -all'),
    ],
    '2.0.192.in-addr.arpa' => [ '7 PTR host7.home.test.', '7 PTR near.by-p.test.', '7 PTR liar.test.' ],
);
my $mta = SG::MTA->start(with => ['AUTH PLAIN'], users => { me => 'secret' });
my $mta6 = SG::MTA->start(host => '::1');

# Ends what a subtest began; the servers stay.
sub over () { $_->finish_all for 'SG::Client', 'SG::Daemon'; return }

sub relay (%opt) {
    my $bind = delete $opt{bind} // '127.0.0.1';
    my $six = $bind =~ /:/;
    my $others = delete $opt{plugins} // [];
    my $core = delete $opt{core} // {};
    return SG::Daemon->start(
        core => { log_mail_from => [ 'accepted', 'rejected' ], email_length => 1024, %$core },
        bind => $bind,
        plugins => [
            '10-nat-fixed' => { server => $six ? '::1' : '127.0.0.1', port => ($six ? $mta6 : $mta)->port },
            @$others,
            '55-spf' => { nameservers => [ $nsd->at ], %opt },
            '99-trace' => {},
        ]);
}

sub hello ($daemon, %opt) {
    return SG::Client->connect($daemon->port, host => $daemon->{bind}, %opt)->hello;
}

# The result of one sender, as the log has it, and the reply.
sub check ($daemon, $sender, %opt) {
    my $c = hello($daemon, %opt);
    my $reply = $c->cmd("MAIL FROM:<$sender>");
    $c->quit;
    $c->close;
    my $result = $daemon->wait_log(qr/SPF:RESULT ip=\S+, helo=\S+, from=\Q$sender\E, result=(\w+)$/m);
    return ($result, $reply);
}

sub results_are ($daemon, %expected) {
    for my $sender (sort keys %expected) {
        my ($result, $reply) = check($daemon, $sender);
        is $result, $expected{$sender}, "$sender: $expected{$sender}";
        my $code = $expected{$sender} eq 'fail' ? 550 : 250;
        like $reply, qr/^$code /, "and MAIL is answered $code";
    }
    return;
}

subtest 'Only fail refuses, and every mechanism is known.' => sub {
    my $daemon = relay(check => 'fixed', ip => '192.0.2.7');
    results_are($daemon,
        'a@allowed.test' => 'pass', 'a@denied.test' => 'fail', 'a@soft.test' => 'softfail',
        'a@neutral.test' => 'neutral', 'a@plain.test' => 'none', 'a@other.test' => 'none',
        'a@nowhere.test' => 'none', 'a@open.test' => 'pass', 'a@split.test' => 'pass', 'a@case.test' => 'pass',
        'a@by-a.test' => 'pass', 'a@by-net.test' => 'pass', 'a@by-mx.test' => 'pass', 'a@by-include.test' => 'pass',
        'a@by-redirect.test' => 'pass', 'a@to-denied.test' => 'fail', 'a@by-exists.test' => 'pass',
        'joe-x@by-local.test' => 'pass', 'jim-x@by-local.test' => 'fail', 'a@by-ptr.test' => 'pass',
        'a@by-p.test' => 'pass',
        'a@explained.test' => 'fail', 'a@ALLOWED.test' => 'pass', '' => 'fail',
        'a@localhost' => 'none', 'a@[192.0.2.7]' => 'none', 'a@large.test' => 'pass',
        'a@giant.test' => 'permerror', 'a@monster.test' => 'permerror');
    $daemon->wait_log(qr/SPF:ERROR domain=giant\.test, .*reason=giant\.test: the record has too many terms$/m);
    $daemon->wait_log(qr/SPF:ERROR domain=monster\.test, .*reason=monster\.test: the record is too long$/m);
    over();
};

subtest 'An address that is not allowed fails where another passes.' => sub {
    my $daemon = relay(check => 'fixed', ip => '203.0.113.9');
    results_are($daemon, map { ("a\@$_.test" => 'fail') } 'allowed', 'by-a', 'by-net', 'by-mx',
        'by-include', 'by-redirect', 'by-exists', 'by-ptr', 'by-p', 'split');
    results_are($daemon, 'a@open.test' => 'pass');
    over();
};

subtest 'IPv6 addresses are judged, too.' => sub {
    my $daemon = relay(check => 'fixed', ip => '2001:db8::7');
    results_are($daemon, 'a@allowed.test' => 'pass', 'a@denied.test' => 'fail', 'a@by-a.test' => 'pass',
        'a@by-net.test' => 'pass', 'a@open.test' => 'fail');
    over();
};

subtest 'outgoing cannot work with private addresses only, unless ip says what servers see.' => sub {
    plan skip_all => 'no network namespace can be made here' if system('unshare -n true 2>/dev/null');
    my $check = sub (%opt) {
        return SG::Check::check(wrap => [qw(unshare -n)],
            plugins => [ '55-spf' => { check => 'outgoing', nameservers => ['127.0.0.1'], %opt } ]);
    };
    my ($status, $said) = $check->();
    isnt $status, 0, 'alone it is refused';
    like $said, qr/55-spf\.conf.*option 'check'.*private addresses only.*set ip/, 'with the remedy';
    ($status, $said) = $check->(ip => '192.0.2.7');
    is $status, 0, 'with ip it is taken' or diag $said;
};

subtest 'incoming looks at the client, outgoing at ours as the server sees it.' => sub {
    my $daemon = relay(bind => '192.0.2.7');
    is((check($daemon, 'a@split.test', from => '192.0.2.7'))[0], 'pass', 'incoming, the right client');
    over();
    $daemon = relay(bind => '192.0.2.7');
    is((check($daemon, 'a@split.test', from => '192.0.2.8'))[0], 'fail', 'incoming, another client');
    over();
    $daemon = relay(core => { outgoing_addr => ['192.0.2.7'] }, check => 'outgoing');
    is((check($daemon, 'a@split.test', from => '127.0.0.1'))[0], 'pass', 'outgoing, the right address');
    over();
    $daemon = relay(core => { outgoing_addr => ['192.0.2.8'] }, check => 'outgoing');
    is((check($daemon, 'a@split.test', from => '127.0.0.1'))[0], 'fail', 'outgoing, another address');
    over();
    $daemon = relay(core => { outgoing_addr => ['192.0.2.8'] }, check => 'outgoing', ip => '192.0.2.7');
    is((check($daemon, 'a@split.test', from => '127.0.0.1'))[0], 'pass', 'outgoing, with NAT behind it');
    over();
    $daemon = relay(bind => '2001:db8::7');
    is((check($daemon, 'a@by-a.test', from => '2001:db8::7'))[0], 'pass', 'incoming, an IPv6 client');
    over();
    $daemon = relay();
    like hello($daemon)->cmd('MAIL FROM:<a@denied.test>'), qr/^250 /, 'the loopback passes';
    unlike $daemon->log, qr/SPF:/, 'and nothing is asked';
    over();
};

for my $cut (undef, 'random', 1) {
    local $SG::Pieces::CUT = $cut;
    subtest 'fail is told, logged, locks, and is a takeover. [' . ($cut // 'whole') . ']' => sub {
        my $locks = SG::tempdir();
        chmod 0777, $locks;
        my $daemon = relay(check => 'fixed', ip => '192.0.2.7',
            plugins => [ '30-lock-files' => { path => $locks, local => 'yes', on => ['spf'] } ]);
        my $c = hello($daemon);
        is $c->cmd('MAIL FROM:<joe@denied.test>'),
            '550 5.7.1 proxy.test Rejected by SPF: denied.test does not designate 192.0.2.7 as permitted sender',
            'the client is told why';
        like $c->cmd('NOOP'), qr/^250 /, 'the proxy plays the server then';
        $daemon->wait_log(
            qr/SPF:RESULT ip=192\.0\.2\.7, helo=client\.test, from=joe\@denied\.test, result=fail$/m);
        $daemon->wait_log(qr/SPF:REJECT ip=192\.0\.2\.7, domain=denied\.test$/m);
        open my $lock, '<', "$locks/127.0.0.1" or die "no lock: $!";
        is readline($lock), "SPF\n", 'the lock says why';
        over();
    };
}

subtest 'Who has authenticated is not asked.' => sub {
    my $daemon = relay(check => 'fixed', ip => '192.0.2.7');
    my $c = hello($daemon);
    like $c->cmd('AUTH PLAIN AG1lAHNlY3JldA=='), qr/^235 /, 'authenticated';
    like $c->cmd('MAIL FROM:<joe@denied.test>'), qr/^250 /, 'passes';
    unlike $daemon->log, qr/SPF:/, 'without a word';
    over();
};

subtest 'The result is noted, and is that of this mail.' => sub {
    my $dir = SG::tempdir();
    SG::Conf::write_file("$dir/spf.conf", qq(check = "fixed"\nip = "192.0.2.7"\nnameservers = {"@{[ $nsd->at ]}"}\n));
    my $script = SG::Conf::write_file("$dir/notes.t", <<~'END');
        < 220
        > EHLO client
        < 250
        > MAIL FROM:<joe@allowed.test>
        < 250
        note spf.result pass
        > RSET
        < 250
        > MAIL FROM:<joe@soft.test>
        < 250
        note spf.result softfail
        > RSET
        < 250
        > AUTH PLAIN AG1lAHNlY3JldA==
        < 235
        > MAIL FROM:<joe@denied.test>
        < 250
        patience 1
        note spf.result *
        END
    my $build = SG::build_dir();
    my $said = qx($build/smtp-gated-plugin play $build/plugins/.libs/spf.so --conf $dir/spf.conf $script 2>&1);
    my @failed = $said =~ /^not ok \d+ - (.*)$/mg;
    is scalar(@failed), 1, 'each in its turn, and none in the end' or diag $said;
    like $failed[0] // '', qr/spf\.result/, 'where it is asked for in vain';
};

subtest 'log_only lets pass what would be refused.' => sub {
    my $daemon = relay(check => 'fixed', ip => '192.0.2.7', log_only => 'yes');
    my ($result, $reply) = check($daemon, 'a@denied.test');
    is $result, 'fail', 'the result';
    like $reply, qr/^250 /, 'and the reply';
    over();
};

subtest 'fixed needs an address.' => sub {
    my ($status, $said) = SG::Check::check(
        plugins => [ '55-spf' => { check => 'fixed', nameservers => ['127.0.0.1'] } ]);
    isnt $status, 0, 'refused';
    like $said, qr/55-spf\.conf:1: .*fixed needs an address: set ip/, 'with the reason';
};

done_testing;
