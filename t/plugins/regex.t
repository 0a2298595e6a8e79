# Patterns for HELO names and addresses.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;

sub relay ($mta, %options) {
    return SG::Daemon->start(
        core    => { email_length => 64, log_mail_from => 'rejected', log_rcpt_to => 'rejected' },
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '50-regex'     => \%options,
        ]);
}

# MAIL in a session of its own; the reply.
sub mail_from ($daemon, $command) {
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->cmd($command);
    $c->close;
    return $reply;
}

my $refused = qr/^550 5\.7\.1 proxy\.test Sender address refused by local policy$/;

for my $cut (undef, 'random', 1) {
    local $SG::Pieces::CUT = $cut;
    my $way = $cut ? "pieces: $cut" : 'whole';
    subtest "A refused name, sender or recipient ends in a takeover. [$way]" => sub {
        my $mta = SG::MTA->start;
        my $daemon = relay($mta,
            reject_helo => '^bad', reject_mail_from => 'spam', enforce_rcpt_to => '@server\.test$',
            message_rcpt_to => 'Not to them');

        my $c = SG::Client->connect($daemon->port);
        $c->banner;
        is $c->cmd('EHLO bad.test'), '550 proxy.test HELO name refused by local policy', 'the name';
        ok $mta->wait_command(qr{^QUIT$}), 'the server is told QUIT';
        like $c->cmd('EHLO good.test'), qr/^250 /, 'the proxy plays the server';
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^421 /, 'and takes no mail';
        $daemon->wait_log(qr/REGEX:MATCH condition=reject_helo string=bad\.test$/m);
        $daemon->wait_log(qr/REGEX:REJECT src=127\.0\.0\.1, ident=, helo=bad\.test$/m);

        like mail_from($daemon, 'MAIL FROM:<no.spam@client.test>'), $refused, 'the sender';
        $daemon->wait_log(qr/REGEX:REJECT src=127\.0\.0\.1, ident=, mail=no\.spam\@client\.test$/m);

        $c = SG::Client->connect($daemon->port)->hello;
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^250 /, 'a good sender passes';
        like $c->cmd('RCPT TO:<b@server.test>'), qr/^250 /, 'and a good recipient';
        is $c->cmd('RCPT TO:<b@elsewhere.test>'), '550 5.7.1 proxy.test Not to them', 'a bad one not';
        like $c->cmd('DATA'), qr/^503 /, 'and the session with it';
        $daemon->wait_log(qr/REGEX:NO-MATCH condition=enforce_rcpt_to string=b\@elsewhere\.test$/m);
        is scalar($mta->messages), 0, 'no mail came through';
        like $daemon->status, qr{^Found:    0/0/0/0/3/0 }m, 'all are counted';
        SG::finish();
    };
}

subtest 'Defect 13f: no spelling and no length brings an address past a pattern.' => sub {
    my $mta = SG::MTA->start;
    my $daemon = relay($mta, reject_mail_from => 'spam@');
    my $long = 'x' x 300;
    like mail_from($daemon, $_), $refused, substr($_, 0, 40)
        for 'MAIL FROM:<spam@client.test>', 'MAIL  FROM:<spam@client.test>',
        "MAIL\tFROM:<spam\@client.test>", 'MAIL FROM: <spam@client.test>',
        'mail from:<spam@client.test>', 'MAIL FROM:<spam@client.test> BODY=8BITMIME',
        'MAIL FROM:<@relay.test:spam@client.test>', "MAIL FROM:<${long}spam\@client.test>",
        "MAIL FROM:<spam\@$long.test>";
    like mail_from($daemon, 'MAIL FROM:<good@client.test>'), qr/^250 /, 'a good one passes';
};

subtest 'Patterns are unanchored, case-sensitive, and see the null path as nothing.' => sub {
    my $mta = SG::MTA->start;
    my $daemon = relay($mta, enforce_mail_from => '^$|@Client\.test', reject_mail_from => 'x{3}');
    my %reply = (
        '' => qr/^250 /, 'a@Client.test' => qr/^250 /, 'a@Client.testing' => qr/^250 /,
        'a@client.test' => $refused, 'a@Client_test' => $refused, 'axxxb@Client.test' => $refused,
        'axxb@Client.test' => qr/^250 /,
    );
    like mail_from($daemon, "MAIL FROM:<$_>"), $reply{$_}, "<$_>" for sort keys %reply;
};

subtest 'A pattern that is none is refused with its place.' => sub {
    my ($status, $said) = SG::Check::check(
        plugins => [ '50-regex' => \"reject_helo = 'x'\nreject_mail_from = '(open'\n" ]);
    isnt $status, 0, '-t fails';
    like $said, qr{50-regex\.conf:2: .*'reject_mail_from'.*\(open}, 'file, line, option and value';
};

done_testing;
