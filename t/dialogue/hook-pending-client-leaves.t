# A client that goes while a check is thinking costs nothing: the late answer is
# for nobody.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A check that ends after the client has gone disturbs nobody.' => sub {
    my $gate = SG::gate();
    my ($c, $mta, $d) = SG::relay(verdict => { mail => 'reject if slow', gate => $gate });
    $c->hello;
    $c->send_line('MAIL FROM:<slow@client.test>');
    my $late = sub { SG::open_gate($gate) };
    $c->reset;
    $mta->wait_end;
    $late->();
    my $next = SG::Client->connect($d->port)->hello;
    like $next->mail("x\r\n"), qr/^250/, 'the next session is served';
    is scalar($d->worker_pids), 1, 'by the same worker';
};
