
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With bare_newline = reject a bare LF is refused like a bare CR.' => sub {
    my ($c, $mta) = SG::relay(core => { bare_newline => 'reject' });
    $c->hello;
    like $c->mail("fine\r\n"), qr/^250/, 'a clean message passes';
    $c->envelope;
    $c->send_raw("one\ntwo\r\n.\r\n");
    like $c->reply, qr/^550/, 'this one does not';
    $mta->wait_end;
    is scalar(() = $mta->messages), 1, 'nor did it arrive';
};
