# Behind a trusted peer, locks and limits are for the clients that it tells of, and never
# for the peer: one virus must not stop the mail of everybody.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my $locks = SG::tempdir();
chmod 0777, $locks;

sub relay (%locks) {
    my $mta = SG::MTA->start;
    return SG::Daemon->start(
        core          => { xclient_from => [ '127.0.0.1', '192.0.2.0/24' ] },
        extra_plugins => [ SG::build_dir() . '/t/dialogue/.libs/verdict.so' ],
        plugins       => [
            '10-nat-fixed'  => { server => '127.0.0.1', port => $mta->port },
            '20-limits'     => { per_host => 1, %locks },
            '30-lock-files' => { path => $locks, message => 'Locked', %locks },
            '60-verdict'    => { end => 'reject if evil', event => 'virus' },
        ]);
}

sub hello ($daemon, $told = undef) {
    my $c = SG::Client->connect($daemon->port)->hello;
    like $c->cmd("XFORWARD ADDR=$told"), qr/^250 /, "$told comes by the peer" if $told;
    return $c;
}

sub send_evil ($daemon, $told = undef) {
    my $c = hello($daemon, $told);
    like $c->mail("Subject: evil\r\n\r\nx\r\n"), qr/^550 /, 'a message with a virus is refused';
    $c->close;
    return;
}

sub locked { return sort map { s{.*/}{}r } glob "$locks/*" }

subtest 'A virus of a client that a peer tells of locks that client.' => sub {
    my $daemon = relay();
    send_evil($daemon, '198.51.100.7');
    is_deeply [locked()], ['198.51.100.7'], 'the client is locked, the peer is not';
    my $c = hello($daemon, '198.51.100.7');
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^421 .*Locked/, 'it is locked out';
    like hello($daemon, '198.51.100.8')->mail("x\r\n"), qr/^250 /, 'another one is not';
    unlink glob "$locks/*";
    SG::finish();
};

subtest 'A peer of which nobody told who its client is is not locked.' => sub {
    my $daemon = relay();
    send_evil($daemon, '192.0.2.9');
    send_evil($daemon, '[UNAVAILABLE]');
    send_evil($daemon);
    is_deeply [locked()], [], 'neither a proxy of the network, nor the one here';
    SG::finish();
};

subtest 'With local = yes it is.' => sub {
    my $daemon = relay(local => 'yes');
    send_evil($daemon, '192.0.2.9');
    is_deeply [locked()], ['192.0.2.9'], 'as any other';
    unlink glob "$locks/*";
    SG::finish();
};

subtest 'Limits are for the clients that are told of, too.' => sub {
    my $daemon = relay();
    my @open = map { hello($daemon, $_) } ('198.51.100.7') x 2, ('192.0.2.9') x 2;
    my @answers = map { substr $_->cmd('MAIL FROM:<a@client.test>'), 0, 3 } @open;
    is_deeply \@answers, [ 250, 421, 250, 250 ], 'the second one of a client is one too many; the peer has no limit';
    SG::finish();
};

done_testing;
