# What checks look up, find, and cannot tell is counted, each by its plugin.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;
use SG::Peer;
use SG::Signatures;

my $mta = SG::MTA->start;

# Ends what a subtest began; the servers stay.
sub over () { $_->finish_all for 'SG::Client', 'SG::Daemon'; return }

sub relay (@plugins) {
    return SG::Daemon->start(
        core    => { statefile_type => 'flat' },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port }, @plugins ]);
}

# The counters of a plugin that are not 0, "NAME=VALUE NAME=VALUE".
sub counted ($daemon, $label) {
    my %is = $daemon->status =~ /^plugins\.\Q$label\E\.(\w+): ([1-9]\d*)$/mg;
    return join ' ', map { "$_=$is{$_}" } sort keys %is;
}

# A message; with a sender, only its MAIL.
sub mail ($daemon, $sender = undef) {
    my $c = SG::Client->connect($daemon->port);
    return if $c->banner !~ /^220 /;
    $c->cmd('EHLO client.test');
    $c->mail(SG::Signatures::harmless()) if !$sender;
    $c->cmd("MAIL FROM:<$sender>") if $sender;
    $c->close;
    return;
}

# A peer that says this to whatever it is asked; undef: nothing.
sub peer ($whole, $answer) {
    return SG::Peer->start(sub ($connection) {
        SG::Peer::read_until($connection, $whole) // return;
        return sleep 60 if !defined $answer; # its end comes with the test's
        print {$connection} $answer;
        SG::Peer::hang($connection);
    });
}

my @cases = (
    [ '60-av-clamd', qr/zFILDES\0/, "fd[1]: OK\0", 'asked=1' ],
    [ '60-av-clamd', qr/zFILDES\0/, "fd[1]: Eicar FOUND\0", 'asked=1 found=1' ],
    [ '60-av-clamd', qr/zFILDES\0/, "what?\0", 'asked=1 errors=1' ],
    [ '60-av-clamd', qr/zFILDES\0/, undef, 'asked=1 timeouts=1' ],
    [ '65-as-spamd', qr/\r\n\r\n/, "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.1 / 5.0\r\n\r\n", 'asked=1' ],
    [ '65-as-spamd', qr/\r\n\r\n/, "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 99 / 5.0\r\n\r\n", 'asked=1 found=1' ],
    [ '65-as-spamd', qr/\r\n\r\n/, "what?\r\n\r\n", 'asked=1 errors=1' ],
    [ '65-as-spamd', qr/\r\n\r\n/, undef, 'asked=1 timeouts=1' ],
);
for my $case (@cases) {
    my ($label, $whole, $answer, $expected) = @$case;
    subtest "$label: $expected" => sub {
        my $peer = peer($whole, $answer);
        my %keep = $label =~ /clamd/ ? (keep => 0) : ();
        my $timeout = defined $answer ? '30s' : '500ms';
        my $daemon = relay($label => { socket => $peer->at, timeout => $timeout, %keep });
        mail($daemon);
        is counted($daemon, $label), $expected, 'the statefile has it';
        over();
    };
}

subtest 'dnsbl and spf.' => sub {
    my %text = ('none.test' => 'no record', 'denied.test' => 'v=spf1 -all', 'wrong.test' => 'v=spf1 juggle:x -all');
    my $listed = SG::tempdir() . '/listed';
    my $dns = SG::DNS->start(sub ($type, $name) {
        return -e $listed && $name =~ /list\.test$/ ? '127.0.0.2' : 'nothing' if $type eq 'A';
        return $text{$name} // 'nothing';
    });
    my %servers = (nameservers => [ $dns->at ]);
    my $daemon = relay('45-dnsbl' => { zones => [ 'list.test', 'other.test=127.0.0.9' ], %servers },
        '55-spf' => { check => 'fixed', ip => '192.0.2.7', %servers });
    mail($daemon, "b\@$_") for 'none.test', 'denied.test', 'wrong.test';
    is counted($daemon, '55-spf'), 'checked=3 errors=1 failed=1', 'three senders, of whom one has a wrong record';
    is counted($daemon, '45-dnsbl'), 'checked=3', 'three clients that no list has';
    SG::Conf::write_file($listed, '');
    my $second = relay('45-dnsbl' => { zones => ['list.test'], %servers });
    mail($second);
    is counted($second, '45-dnsbl'), 'checked=1 listed=1', 'and one that is in a list';
    over();
};

subtest 'A list that gives no answer.' => sub {
    my $dns = SG::DNS->start(sub ($type, $name) { 'servfail' });
    my $daemon = relay('45-dnsbl' => { zones => ['list.test'], nameservers => [ $dns->at ] });
    mail($daemon);
    like counted($daemon, '45-dnsbl'), qr/^checked=1 failed=1\b/, 'is counted as well';
    over();
};
done_testing;
