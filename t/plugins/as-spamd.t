# as-spamd with a real spamd: GTUBE is found, other mail passes, our threshold counts.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Spamd;

SG::need('spamd');

my $spamd = SG::Spamd->start(little => 3, much => 30);
my $mta = SG::MTA->start;
my $found = qr/^550 5\.7\.1 proxy\.test Message marked as SPAM, denied \[(\d+\.\d{6})\]$/;

sub relay ($options, @more) {
    return SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '65-as-spamd'  => { socket => $spamd->socket, %$options },
        @more,
    ]);
}

sub greet ($daemon) { return SG::Client->connect($daemon->port)->hello }

sub verdict ($daemon, $message) {
    my $c = greet($daemon);
    my $reply = $c->mail($message);
    $c->quit;
    $c->close;
    return $reply;
}

sub logged_score ($daemon, $what) { return $daemon->wait_log(qr/SPAM:$what .*, score=(\S+)$/m) }

for my $way ({ method => 'whole' }, { method => 'stream' },
    { method => 'whole', socket => '127.0.0.1:' . $spamd->port },
    { method => 'stream', socket => '127.0.0.1:' . $spamd->port }) {
    my $name = $way->{method} . ($way->{socket} ? ', TCP' : '');
    for my $cut (undef, 'random') {
        local $SG::Pieces::CUT = $cut;
        subtest "Spam is refused and other mail is not, $name [" . ($cut // 'whole') . ']' => sub {
            my $daemon = relay($way);
            my $before = () = $mta->messages;
            my $c = greet($daemon);
            like $c->mail(SG::Spamd::ham()), qr/^250 /, 'a mail';
            like $c->mail(SG::Spamd::ham(1000)), qr/^250 /, 'a longer one, same session';
            like $c->mail(''), qr/^250 /, 'an empty one';
            like $c->mail(SG::Spamd::spam()), $found, 'GTUBE';
            like $c->cmd('NOOP'), qr/^250 /, 'the proxy plays the server then';
            like $c->quit, qr/^221 /, 'to the end';
            my ($score) = verdict($daemon, SG::Spamd::spam(500)) =~ $found;
            cmp_ok $score // 0, '>', 900, 'GTUBE behind much';
            is scalar(() = $mta->messages), $before + 3, 'the server has the others only';
            my $size = length SG::Spamd::ham();
            $daemon->wait_log(
                qr/SPAM:CLEAN size=$size, time=\d+, src=127\.0\.0\.1, ident=, score=-?\d+\.\d{6}$/m);
            $size = length SG::Spamd::spam(500);
            $daemon->wait_log(
                qr/SPAM:FOUND size=$size, time=\d+, src=127\.0\.0\.1, ident=, score=\Q$score\E$/m);
            unlike $daemon->log, qr/SPAM:AGAIN/, 'nothing had to be sent twice';
            SG::Daemon->finish_all;
        };
    }
}

subtest 'The threshold is ours, what spamd calls spam does not count.' => sub {
    my $daemon = relay({ threshold => 100 });
    like verdict($daemon, SG::Spamd::ham(1, 'much')), qr/^250 /, 'spam to spamd, not to us';
    cmp_ok logged_score($daemon, 'CLEAN'), '>', 25, 'as its score tells';
    SG::Daemon->finish_all;
    $daemon = relay({ threshold => -50, message => 'Not this' });
    like verdict($daemon, SG::Spamd::ham()), qr/^550 5\.7\.1 proxy\.test Not this \[-?\d+\.\d{6}\]$/,
        'spam to us, not to spamd';
    SG::Daemon->finish_all;

    $daemon = relay({ threshold => 100 });
    verdict($daemon, SG::Spamd::ham(1, 'little'));
    my $score = logged_score($daemon, 'CLEAN');
    SG::Daemon->finish_all;
    my %edge = ($score => $found, $score + 0.1 => qr/^250 /);
    for my $threshold (sort keys %edge) {
        $daemon = relay({ threshold => $threshold });
        like verdict($daemon, SG::Spamd::ham(1, 'little')), $edge{$threshold},
            "a score of $score and a threshold of $threshold";
        SG::Daemon->finish_all;
    }
};

subtest 'Spam is an event, which locks the client out.' => sub {
    my $dir = SG::tempdir();
    chmod 01777, $dir;
    my $daemon = relay({}, '30-lock-files' => { path => $dir, local => 'yes' });
    like verdict($daemon, SG::Spamd::spam()), $found, 'found';
    like(SG::Client->connect($daemon->port)->banner, qr/^421 .*locked out/, 'and locked out');
    open(my $lock, '<', "$dir/127.0.0.1") or die "no lock: $!";
    is scalar(<$lock>), "SPAM\n", 'for that';
    like $daemon->status, qr{^Found:\s+0/1/0/}m, 'it is counted';
    SG::Daemon->finish_all;
};

subtest 'With log_only the score is logged and the mail passes.' => sub {
    my $daemon = relay({ log_only => 'yes' });
    like verdict($daemon, SG::Spamd::spam()), qr/^250 /, 'it passes';
    cmp_ok logged_score($daemon, 'FOUND'), '>', 900, 'it is known';
    SG::Daemon->finish_all;
};

for my $method ('whole', 'stream') {
    subtest "Mail beyond max_size is passed unchecked, $method." => sub {
        my $daemon = relay({ method => $method, max_size => 10_000 });
        my $long = SG::Spamd::spam(300);
        like verdict($daemon, $long), qr/^250 /, 'too large';
        my $size = length $long;
        $daemon->wait_log(qr/SPAM:SKIPPED size=$size, src=127\.0\.0\.1, ident=$/m);
        like verdict($daemon, SG::Spamd::spam()), $found, 'not too large';
        SG::Daemon->finish_all;
    };

    subtest "Many at once get each their own verdict, $method." => sub {
        my $daemon = relay({ method => $method });
        my @clients = map { greet($daemon) } 1 .. 8;
        $_->envelope for @clients;
        my @spam = map { $_ % 3 == 0 ? 1 : 0 } 0 .. $#clients;
        $clients[$_]->send_raw(($spam[$_] ? SG::Spamd::spam(50 + $_) : SG::Spamd::ham(50 + $_)) . ".\r\n")
            for 0 .. $#clients;
        my @refused = map { scalar($_->reply) =~ /^550 / ? 1 : 0 } @clients;
        is_deeply \@refused, \@spam, 'to each what it deserves';
        SG::Daemon->finish_all;
    };

    subtest "A client may leave while its mail is checked, $method." => sub {
        my $daemon = relay({ method => $method, max_size => 0 });
        for my $left ("the middle\r\n", "the end\r\n.\r\n") {
            my $c = greet($daemon);
            $c->envelope;
            $c->send_raw(SG::Spamd::ham(400) . $left);
            $c->reset;
        }
        like verdict($daemon, SG::Spamd::spam()), $found, 'others do not notice';
        SG::Daemon->finish_all;
    };
}

done_testing;
