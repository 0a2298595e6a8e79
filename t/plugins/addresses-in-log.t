# The plugins' lines of the log have addresses as log_mail_from and log_rcpt_to say.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Digest::MD5 qw(md5_base64);
use SG;
use SG::DNS;

my ($sender, $recipient) = ('anna@client.test', 'bob@server.test');

# What is logged of a session in which regex refuses the second recipient.
sub logged (%core) {
    my $dns = SG::DNS->start(sub { 'nothing' });
    my $mta = SG::MTA->start;
    my $daemon = SG::Daemon->start(
        core    => { %core, log_level => 'debug' },
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '50-regex'     => { reject_mail_from => '^no', reject_rcpt_to => '^bob' },
            '55-spf'       => { check => 'fixed', ip => '192.0.2.7', nameservers => [ $dns->at ] },
            '99-trace'     => {},
        ]);
    my $c = SG::Client->connect($daemon->port)->hello;
    like $c->cmd("MAIL FROM:<$sender> BODY=8BITMIME"), qr/^250 /, 'the sender is welcome';
    like $c->cmd('RCPT TO:<carl@server.test>'), qr/^250 /, 'so is the first recipient';
    like $c->cmd("RCPT TO:<$recipient>"), qr/^550 /, 'the second is not';
    $c->quit;
    $c->close;
    $daemon->wait_log(qr/CLOSE/);
    $daemon->wait_log(qr/SPF:RESULT/);
    SG::finish();
    return $daemon->log;
}

subtest 'What the log may not have is not there.' => sub {
    my $log = logged();
    unlike $log, qr/anna\@|bob\@|carl\@/, 'no address';
    like $log, qr/SPF:RESULT .*from=-, /, 'not of spf';
    like $log, qr/REGEX:REJECT .*rcpt=-$/m, 'nor of regex';
    like $log, qr/REGEX:NO-MATCH condition=reject_mail_from string=-$/m, 'nor of its patterns';
    like $log, qr/TRACE hook=rcpt, arguments=forward_path=-, parameters=-, /, 'nor of trace';
    like $log, qr/TRACE hook=mail, arguments=reverse_path=-, parameters=-, /, 'which leaves the parameters out, too';
};

subtest 'Accepted or refused, each has its word.' => sub {
    my $log = logged(log_mail_from => ['accepted'], log_rcpt_to => ['accepted']);
    like $log, qr/SPF:RESULT .*from=\Q$sender\E, /, 'spf lets it pass';
    like $log, qr/REGEX:NO-MATCH condition=reject_rcpt_to string=carl\@server\.test$/m, 'so does regex';
    like $log, qr/REGEX:REJECT .*rcpt=-$/m, 'until it refuses one';
    unlike $log =~ s/TRACE .*//gr, qr/\Q$recipient\E/, 'of whom nothing is said';
    $log = logged(log_rcpt_to => ['rejected']);
    like $log, qr/REGEX:REJECT .*rcpt=\Q$recipient\E$/m, 'but if that is asked for';
    unlike $log, qr/anna\@|carl\@/, 'and then of no other';
};

subtest 'A digest is one in all lines, and a long address is cut.' => sub {
    my $log = logged(log_mail_from => [ 'accepted', 'base64' ], log_rcpt_to => ['rejected'], email_length => 5);
    my $digest = md5_base64($sender) . '==';
    like $log, qr/SPF:RESULT .*from=\Q$digest\E, /, 'the digest of the sender';
    like $log, qr/TRACE hook=mail, arguments=reverse_path=\Q$digest\E, parameters=-, /, 'also from trace';
    like $log, qr/REGEX:REJECT .*rcpt=bob\@s$/m, 'five characters of the recipient';
    unlike $log, qr/anna\@|carl\@/, 'and no more';
};
done_testing;
