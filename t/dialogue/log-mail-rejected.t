
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A MAIL that the server refuses is logged with its code.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { reply => { MAIL => '553 5.1.8 no' } },
        core => { log_mail_from => [ 'accepted', 'rejected' ] });
    $c->hello;
    $c->cmd('MAIL FROM:<a@client.test>');
    $d->wait_log(qr/\]: MAIL FROM <a\@client\.test> rejected \[553\]$/m);
    pass 'it is there';
};
