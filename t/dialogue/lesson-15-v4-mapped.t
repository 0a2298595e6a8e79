# A v4-mapped address is an IPv4 address: normalised once, at the door, so that no
# list, lock or policy sees it otherwise.  Our own listeners have one family each;
# one that a service manager passes may have both.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

use IO::Socket::IP;
use Socket qw(SOMAXCONN);

SG::need_ipv6();
SG::dialogue 'An IPv4 client at a dual-stack listener is an IPv4 client.' => sub {
    my $listener = IO::Socket::IP->new(LocalHost => '::', Listen => SOMAXCONN, V6Only => 0) or die $@;
    my ($c, $mta, $d) = SG::relay(daemon => { activate => $listener },
        verdict => { mail => 'reject', only => ['127.0.0.0/8'] });
    $c->hello;
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^550/, 'a network list of IPv4 knows it';
    $d->wait_log(qr/NEW .* src=127\.0\.0\.1:\d+,/);
    unlike $d->log, qr/::ffff/i, 'and nothing in the log says otherwise';
};
