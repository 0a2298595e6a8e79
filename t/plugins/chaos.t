# Whatever nonsense a plugin answers, each command of its session is answered, the
# message is complete at the server exactly if the client was told so, and the
# worker lives on.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @deciders = qw(route connect greet helo auth mail rcpt data end);
my $seed = SG::Pieces::seed();
note "seed $seed (SG_SEED=$seed repeats it)";

sub relay (%chaos) {
    my $mta = SG::MTA->start(with => ['AUTH PLAIN'], users => { anna => 'sesame' });
    my $daemon = SG::Daemon->start(
        plugins => [
            '05-chaos'     => { seed => $seed, timeout => '100ms', after => '1ms', %chaos },
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        ]);
    return ($daemon, $mta);
}

# A whole session, whatever comes; true if the message was taken.
sub talk ($daemon) {
    my $c = SG::Client->connect($daemon->port);
    my $reply = $c->banner;
    for my $line ('EHLO client.test', 'AUTH PLAIN AGFubmEAc2VzYW1l', 'MAIL FROM:<a@client.test>',
        'RCPT TO:<b@server.test>', 'DATA') {
        return 0 if $reply =~ /^(?:421|554)/;
        $reply = $c->cmd($line);
    }
    my $taken = $reply =~ /^354/ && $c->data("Subject: x\r\n\r\nx\r\n") =~ /^250 /;
    $c->close;
    return $taken;
}

sub nothing_but_answers ($mode, @hooks) {
    my ($daemon, $mta) = relay(do => $mode, at => \@hooks);
    my $taken = grep { talk($daemon) } 1 .. 6;
    is scalar($mta->messages), $taken, "at @hooks: $taken told, and as many taken";
    is $taken, 6, 'and the first answer, pass, counted' if $mode eq 'double';
    unlike $daemon->log, qr/CRASH/, 'nothing crashed';
    SG::finish();
    return;
}

for my $mode (qw(garbage random double)) {
    subtest "A plugin that answers: $mode." => sub {
        nothing_but_answers($mode, $_) for @deciders;
        nothing_but_answers($mode, @deciders);
    };
}

subtest 'A plugin that never answers, or too late, is not waited for.' => sub {
    for my $mode (qw(never late)) {
        my ($daemon, $mta) = relay(do => $mode, at => ['end'], after => '10s');
        my $c = SG::Client->connect($daemon->port)->hello;
        like $c->mail("Subject: x\r\n\r\nx\r\n"), qr/^451 /, "$mode: a 4xx";
        is scalar($mta->messages), 0, 'no message';
        like $daemon->status, qr/^Children: /m, 'the daemon is well';
        SG::finish() if $mode eq 'never';
    }
    pass 'both were given up';
};

subtest 'A plugin that crashes is named in the log, and the next session is served.' => sub {
    local $ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (), 'handle_segv=0';
    my ($daemon, $mta) = relay(do => 'crash', at => ['mail']);
    my $c = SG::Client->connect($daemon->port)->hello;
    is $c->cmd('MAIL FROM:<a@client.test>'), '', 'the session is lost';
    $daemon->wait_log(qr/CRASH .*signal=SEGV.*hook=mail, plugin=05-chaos/);
    like(SG::Client->connect($daemon->port)->banner, qr/^220 /, 'the next is not');
    SG::finish();
};

done_testing;
