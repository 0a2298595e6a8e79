# Who ended it: client, server, timeout, admin.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'CLOSE says who ended the session.' => sub {
    my %end = (
        client  => sub ($c, $mta, $d) { $c->close },
        server  => sub ($c, $mta, $d) { $mta->hangup },
        timeout => sub ($c, $mta, $d) { },
        admin   => sub ($c, $mta, $d) { $d->term; $d->wait_log(qr/stopping/); $d->term },
    );
    for my $who (sort keys %end) {
        my ($c, $mta, $d) = SG::relay(core => { timeout_idle => $who eq 'timeout' ? '300ms' : '60s' });
        $c->hello;
        $end{$who}->($c, $mta, $d);
        my ($by) = $d->wait_log(qr/CLOSE by=(\w+), /);
        is $by, $who, $who;
        SG::finish();
    }
}, only => ['whole'];
