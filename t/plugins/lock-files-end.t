# A client locked while one of its sessions sends a message: 451, no mail, the end.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my $verdict = SG::build_dir() . '/t/dialogue/.libs/verdict.so';

SG::dialogue 'The lock of one session ends the message of another.' => sub ($cut) {
    my $dir = SG::tempdir();
    chmod 0777, $dir;
    my $mta = SG::MTA->start;
    my $daemon = SG::Daemon->start(
        extra_plugins => [$verdict],
        plugins       => [
            '10-nat-fixed'  => { server => '127.0.0.1', port => $mta->port },
            '30-lock-files' => { path => $dir, message => 'Locked', local => 'yes', tell_left => 'no' },
            '60-verdict'    => { end => 'reject if evil', event => 'virus' },
        ]);
    my $slow = SG::Client->connect($daemon->port)->hello;
    like $slow->envelope, qr/^354 /, 'one session is in the middle of its message';
    $slow->send_raw("Subject: good\r\n");

    my $evil = SG::Client->connect($daemon->port)->hello;
    like $evil->mail("Subject: evil\r\n\r\nx\r\n"), qr/^550 /, 'the other sends something evil';

    is $slow->data("\r\nx\r\n"), '451 4.4.0 proxy.test Locked', 'the first is refused for now';
    ok $slow->closed, 'and closed';
    $mta->wait_end($_) for 0, 1;
    is scalar($mta->messages), 0, 'the server has neither message';
};
