# What a client sends must not forge lines, whatever bytes it has.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'No byte of a client makes a line of its own in the log.' => sub {
    my ($c, $mta, $d) = SG::relay();
    $c->hello("evil\xff\xc3(\"\\'%s%n");
    $c->cmd("MAIL FROM:<\"%n\\\"\xe2\x80\xa8\"\@client.test>");
    $c->send_raw("NOOP \rsmtp-gated[1]: FORGED\r\n");
    $c->reply;
    $c->quit;
    $d->wait_log(qr/CLOSE by=/);
    unlike $d->log, qr/^(?!\d{4}-\d\d-\d\dT\S+ smtp-gated\[\d+\]: )(?!.*\.conf: )./m,
        'every line begins as ours do';
    unlike $d->log, qr/[\x00-\x08\x0b-\x1f\x7f]/, 'and has no control bytes';
};
