# However busy it is.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session is ended with 421 when session_lifetime is over.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { session_lifetime => '500ms' });
    $c->hello;
    my $reply;
    1 while ($reply = $c->cmd('NOOP')) =~ /^250/;
    like $reply, qr/^421 4\.3\.2 proxy\.test /, 'in the place of a reply';
    is $c->closed, 'eof', 'and the end';
    $d->wait_log(qr/CLOSE by=timeout/);
}, only => ['whole'];
