# RFC 5321 knows no half-close, but clients do it: `printf … | nc`.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A client that half-closes still gets all it is owed.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['MAIL'] });
    $c->hello;
    $c->send_line('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'NOOP');
    $mta->wait_command(qr/MAIL/);
    $c->shut;
    $mta->release('MAIL');
    like $c->reply, qr/^250/, $_ for 'MAIL', 'RCPT', 'NOOP';
    is $c->closed, 'eof', 'then the end';
    $mta->wait_end;
};
