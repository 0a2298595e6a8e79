
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'log_mail_from and log_rcpt_to choose what of the envelope is logged.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { refuse => qr/nobody/ },
        core => { log_mail_from => [], log_rcpt_to => ['rejected'] });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', map { "RCPT TO:<$_\@server.test>" } qw(b nobody);
    $c->quit;
    $d->wait_log(qr/CLOSE by=/);
    like $d->log, qr/550<nobody\@server\.test>/, 'rejected';
    unlike $d->log, qr/250<b\@server\.test>|a\@client\.test/, 'not accepted, and not MAIL';
};
