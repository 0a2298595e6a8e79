# Between a real Postfix and the one behind it, as smtpd_proxy_filter: the client that
# XFORWARD tells is the one that is checked, and the one that the second Postfix logs.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Postfix;

SG::Postfix::need();
my $behind = SG::Postfix->start(smtpd_authorized_xforward_hosts => '127.0.0.1');
my $daemon = SG::Daemon->start(
    core          => { xclient_from => ['127.0.0.1'], log_mail_from => 'accepted' },
    extra_plugins => [ SG::verdict_plugin() ],
    plugins       => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $behind->port },
        '50-verdict'   => { connect => 'reject', text => 'not you', only => ['127.0.0.13'] },
    ]);
my $front = SG::Postfix->start(smtpd_proxy_filter => '127.0.0.1:' . $daemon->port, mynetworks => '127.0.0.0/8');

sub letter ($from, $subject) {
    my $c = SG::Client->connect($front->port, from => $from, timeout => 30)->hello("$subject.test");
    my @replies = map { $c->cmd($_) } 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA';
    push @replies, $c->data("Subject: $subject\r\n\r\n$subject\r\n") if $replies[-1] =~ /^354/;
    $c->quit;
    return @replies;
}

like +(letter('127.0.0.9', 'honest'))[-1], qr/^250 /, 'a message is taken';
ok $behind->wait_delivered(qr/^Subject: honest$/m), 'and delivered by the second Postfix';
$daemon->wait_log(qr/TOLD src=127\.0\.0\.9:\d+, .*peer=127\.0\.0\.1:\d+, by=XFORWARD, helo=honest\.test/);
pass 'the client is the one that the first Postfix has seen';
like $behind->log, qr/client=unknown\[127\.0\.0\.9\]/, 'and the second one logs it';
my @refused = letter('127.0.0.13', 'refused');
like "@refused", qr/554 5\.7\.1 .*not you/, 'a check of the client refuses it, and the client hears why';
like +(letter('127.0.0.9', 'again'))[-1], qr/^250 /, 'which costs nobody else anything';
done_testing;
