# contrib/smtpgw-trace.pl groups lines by the bracketed number, from NEW to CLOSE.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The log of a session begins with NEW, ends with CLOSE, and bears one number.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { log_level => 'notice' });
    $c->hello->mail("x\r\n");
    $c->mail("y\r\n", 'a@client.test', 'b@server.test', 'c@server.test');
    $c->quit;
    is $c->closed, 'eof', 'the session is over';
    my ($on, $from, $to) = map { "127.0.0.1:$_" } $d->port, $c->port, $mta->port;
    my $new = "NEW (1/1) on=$on, src=$from, ident=, dst=$to, id=";
    my ($n) = $d->wait_log(qr/\[(\d+)\]: \Q$new\E\d+\.\d+$/m);
    $d->wait_log(qr{\[$n\]:\ CLOSE\ by=server,\ rcv=\d+/\d+,\ trns=2,\ rcpts=3,\ auth=0,
        \ time=\d+,\ src=127\.0\.0\.1,\ ident=$}mx);
    my ($received, $sent) = $d->log =~ m{rcv=(\d+)/(\d+)};
    my $raw = $mta->session->{raw};
    is $received, length $raw, 'rcv= counts what the client said';
    cmp_ok $sent, '>', 0, 'and what the server did';
};
