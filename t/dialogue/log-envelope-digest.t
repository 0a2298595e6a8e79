# base64: the address' MD5 instead of the address.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

use Digest::MD5 qw(md5_base64);

SG::dialogue 'With base64 addresses are in the log as digests only.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { log_mail_from => [ 'accepted', 'base64' ],
        log_rcpt_to => [ 'accepted', 'base64' ], log_level => 'info' });
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    $c->quit;
    $d->wait_log(qr/CLOSE by=/);
    like $d->log, qr/<\Q${\md5_base64($_)}\E(?:==)?>/, "$_: its digest" for 'a@client.test', 'b@server.test';
    unlike $d->log, qr/\@(?:client|server)\.test/, 'and nothing else of it';
};
