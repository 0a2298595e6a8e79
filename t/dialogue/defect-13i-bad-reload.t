# In 1.4 HUP with a bad file ended the daemon.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A reload with a bad file changes nothing, and says why.' => sub {
    my ($c, $mta, $d) = SG::relay();
    $c->hello;
    my $good = SG::Conf::text(\do { open(my $in, '<', $d->conf); local $/; <$in> });
    SG::Conf::write_file($d->conf, "$good\nno_such_option = 1\n");
    $d->hup(wait => 0);
    $d->wait_log(qr/no_such_option/);
    like $c->mail("x\r\n"), qr/^250/, 'the old session goes on';
    my $next = SG::Client->connect($d->port)->hello;
    like $next->mail("x\r\n"), qr/^250/, 'new ones are served';
    ok !$d->ended, 'the daemon lives';
    SG::Conf::write_file($d->conf, $good);
    $d->hup;
    like SG::Client->connect($d->port)->hello->mail("x\r\n"), qr/^250/, 'a good file is taken again';
}, only => ['whole'];
