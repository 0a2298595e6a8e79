# MAIL and RCPT as 1.4 wrote them: one to a line, or two.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue "The envelope is in the log, with the server's codes." => sub {
    my ($c, $mta, $d) = SG::relay(mta => { refuse => qr/nobody/ },
        core => { log_mail_from => [ 'accepted', 'rejected' ], log_rcpt_to => [ 'accepted', 'rejected' ] });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', map { "RCPT TO:<$_\@server.test>" } qw(b nobody c d);
    $c->cmd('DATA');
    $c->data("x\r\n");
    $c->quit;
    $d->wait_log(qr/CLOSE by=/);
    my @lines = $d->log =~ /\]: (?=MAIL FROM|RCPT TO)(.*)/g;
    my @items = map { split /(?: RCPT TO: |^RCPT TO: |, )/ } @lines;
    is join(' ', grep { length } @items), 'MAIL FROM <a@client.test> 250<b@server.test> '
        . '550<nobody@server.test> 250<c@server.test> 250<d@server.test>', 'each with its code, in order';
    ok !(grep { tr/<// > 2 } @lines), 'no line has more than two';
};
