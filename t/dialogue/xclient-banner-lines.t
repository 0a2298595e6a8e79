# 1.4 could not handle a banner of several lines here.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'XCLIENT works with banners of several lines.' => sub {
    my ($c, $mta) = SG::relay(
        mta => { with => ['XCLIENT NAME ADDR'], banner => "220-mta.test ESMTP\n220-x\n220 y" },
        fixed => { xclient => 'yes' });
    is $c->banner, "220-mta.test ESMTP\n220-x\n220 y", 'the banner';
    like $c->cmd('EHLO client.test'), qr/^250-/, 'EHLO';
    like $mta->session->{xclient}, qr/^XCLIENT ADDR=127\.0\.0\.1/, 'the server knows';
};
