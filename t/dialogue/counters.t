# The numbers of the statefile are those of the session that was.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What happened is counted.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { statefile_type => 'flat' },
        verdict => { end => 'reject if MARKER', event => 'virus', detail => 'Eicar-Test' });
    $c->hello->mail("clean\r\n");
    $c->mail("MARKER\r\n");
    $c->quit;
    $c->closed;
    my $empty = SG::Client->connect($d->port)->hello;
    $empty->quit;
    $empty->closed;
    $d->wait_log(qr/CLOSE by=/);
    my %value = $d->status =~ /^([\w.]+): *(.*)/mg;
    is $value{'found.viruses'}, 1, 'a virus';
    is $value{'requests.total'}, 2, 'two sessions';
    is $value{'requests.empty'}, 1, 'one of them without mail';
};
