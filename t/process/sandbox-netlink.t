# A plugin that declares that it needs netlink can ask the kernel about the network; that
# opens nothing else.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Netns;
use SG::Process;
use SG::Sandbox;

SG::need_root();
SG::need('ip');
my ($built, $why) = SG::Netns::build();
plan skip_all => "needs network namespaces: $why" if !$built;

# In the gateway, whose interfaces no other namespace has.
SG::Netns::in(gateway => sub {
    my $d = prisoner({}, name => 'envoy');
    need_sandbox($d);
    like attempt($d, { do => 'interface', path => 'to-client' }), qr/^550 .*done/, 'the kernel tells of an interface';
    is attempt($d, { do => 'packet' }), '', 'a socket of another family ends the session';
    $d->wait_log(qr/SANDBOX:VIOLATION .*call=socket, .*plugin=50-envoy/);
    pass 'and the log names the plugin';
    like attempt($d, { do => 'read', path => '/etc/shadow' }), qr/^550 .*Permission denied/, 'files are confined';
    $d->stop;
});
done_testing;
