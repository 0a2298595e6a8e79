# Lesson 12: a destination that is the proxy itself would eat all its descriptors.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A destination that is the proxy itself is refused.' => sub {
    my $d = SG::Daemon->start(plugins => sub ($daemon) {
        [ '10-nat-fixed' => { server => '127.0.0.1', port => $daemon->port } ];
    });
    my $c = SG::Client->connect($d->port);
    my $banner = $c->banner;
    my $reply = $banner =~ /^220/ ? $c->cmd('MAIL FROM:<a@client.test>') : $banner;
    like $reply, qr/^(?:451|554) proxy\.test .*Proxy loop avoided/, 'the client is told';
    like $d->status, qr{^Requests: +1/}m, 'there was one session';
};
