# RFC 4954, 4: a line with a single asterisk ends the exchange.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A cancelled AUTH is an end of the exchange, and commands are commands again.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['AUTH LOGIN'] });
    $c->hello;
    like $c->cmd('AUTH LOGIN'), qr/^334/, 'it begins';
    like $c->cmd('*'), qr/^501/, 'and is cancelled';
    like $c->cmd('BURL x'), qr/^502/, 'the next line is a command';
    like $c->mail("x\r\n"), qr/^250/, 'as are those for mail';
};
