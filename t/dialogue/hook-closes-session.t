# sg_close_session(): what the client is owed it still gets.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session that a plugin closes ends behind the replies it owes.' => sub {
    my ($c, $mta) = SG::relay(mta => { holds => ['NOOP'] }, verdict => { helo => 'close if bye' });
    $c->hello;
    $c->send_line('NOOP', 'EHLO bye.test', 'MAIL FROM:<a@client.test>');
    $mta->wait_command(qr/^NOOP/);
    $mta->release('NOOP');
    like $c->reply, qr/^250/, 'NOOP';
    like $c->reply, qr/^250/, 'EHLO';
    is $c->closed, 'eof', 'the end';
    unlike $mta->session->{raw}, qr/MAIL/, 'nothing more is taken';
};
