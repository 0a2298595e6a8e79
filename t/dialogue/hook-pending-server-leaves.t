use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A command that a check has, when the server leaves, is answered.' => sub {
    my ($c, $mta, $d) = SG::relay(plugins => [ '20-trace' => {} ], verdict => { mail => 'never' });
    $c->hello->send_line('MAIL FROM:<a@client.test>');
    $d->wait_log(qr/hook=mail/);
    $mta->hangup('close');
    like $c->reply, qr/^421/, 'with 421';
    is $c->closed, 'eof', 'the end';
};
