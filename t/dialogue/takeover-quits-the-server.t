# A command is refused: the server gets QUIT.  A message is: it is left without
# a word, because the only word it would understand is the end of the message.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A takeover between commands says QUIT to the server, one in a message does not.' => sub {
    my ($c, $mta, $d) = SG::relay(verdict => { mail => 'takeover if evil', end => 'reject if MARKER' });
    $c->hello;
    like $c->cmd('MAIL FROM:<evil@client.test>'), qr/^550/, 'a command is refused';
    $mta->wait_end;
    is $mta->session->{commands}[-1], 'QUIT', 'the server got QUIT as its last command';
    my $second = SG::Client->connect($d->port)->hello;
    like $second->mail("MARKER\r\n"), qr/^550/, 'a message is refused';
    like $mta->wait_end(1), qr/^peer/, 'the server was left';
    unlike $mta->session(1)->{raw}, qr/QUIT|\r\n\.\r\n/, 'without QUIT or dot';
};
