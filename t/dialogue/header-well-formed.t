use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A header that would end the message is not added.' => sub {
    for my $header ('X-A: b|.|X-C: d', 'X-A: b||X-C: d', ' X-A: b') {
        my ($c, $mta) = SG::relay(verdict => { header => $header });
        $c->hello;
        like $c->mail("Subject: x\r\n\r\nx\r\n"), qr/^250/, 'the message';
        is_deeply [ map { $_->{body} } $mta->messages ], ["Subject: x\r\n\r\nx\r\n"], 'arrives as it was';
        SG::finish();
    }
};
