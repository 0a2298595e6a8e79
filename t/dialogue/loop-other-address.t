# An MTA of this machine, at another address and the proxy's port.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A server at another local address with our port is a server.' => sub {
    my $mta;
    my $d = SG::Daemon->start(plugins => sub ($daemon) {
        $mta //= SG::MTA->start(host => '127.0.0.2', port => $daemon->port);
        [ '10-nat-fixed' => { server => '127.0.0.2', port => $daemon->port } ];
    });
    my $c = SG::Client->connect($d->port);
    is $c->banner, '220 mta.test ESMTP ready', 'its banner';
    like $c->cmd('QUIT'), qr/^221/, 'and its good-bye';
};
