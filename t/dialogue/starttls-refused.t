
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A STARTTLS that the server refuses leaves the session as it was.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'], reply => { STARTTLS => '454 4.7.0 no TLS now' } });
    $c->hello;
    is $c->cmd('STARTTLS'), '454 4.7.0 no TLS now', 'the server\'s reply';
    like $c->mail("x\r\n"), qr/^250/, 'then mail in plain';
};
