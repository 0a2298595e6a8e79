# Secrets never reach a log, whatever the level.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Nothing of an AUTH exchange is in the log.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { with => ['AUTH PLAIN LOGIN'], users => { joe => 'secret' } },
        plugins => [ '90-trace' => {} ]);
    $c->hello;
    $c->cmd($_) for 'AUTH LOGIN', 'am9l', 'd3Jvbmc=', 'AUTH LOGIN', '*', 'AUTH PLAIN AGpvZQBzZWNyZXQ=';
    is $mta->session->{user}, 'joe', 'it was a whole exchange';
    $c->quit;
    $d->wait_log(qr/CLOSE by=/);
    is $d->stop, 0, 'the daemon ends';
    unlike $d->log, qr/\Q$_\E/, "not $_"
        for 'am9l', 'd3Jvbmc', 'AGpvZQBzZWNyZXQ', 'secret', 'wrong', 'VXNlcm5hbWU6';
};
