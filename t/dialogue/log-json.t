# The same events, for machines.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

use JSON::PP ();

SG::dialogue 'The JSON log is one object a line, with the same events.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { log_format => 'json' });
    $c->hello->mail("x\r\n");
    $c->quit;
    $d->wait_log(qr/CLOSE/);
    my @events = map { eval { JSON::PP::decode_json($_) } // {} } grep { /^\{/ } split /\n/, $d->log;
    my ($new) = grep { ($_->{event} // '') eq 'NEW' } @events;
    my ($close) = grep { ($_->{event} // '') eq 'CLOSE' } @events;
    is $new->{fields}{src}, '127.0.0.1:' . $c->port, 'NEW has its fields';
    is $close->{fields}{by}, 'server', 'CLOSE has its own';
    is $close->{session}, $new->{session}, 'and both the session';
    ok $new->{session}, 'by its number';
    ok !(grep { !/^\{.*\}$/ && !/smtp-gated\[\d+\]|^\S+\.conf:/ } split /\n/, $d->log), 'every line of it is one';
};
