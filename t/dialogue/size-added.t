
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'SIZE is offered when there is a size_limit and the server offers none.' => sub {
    my ($c) = SG::relay(mta => { ehlo => ['PIPELINING'] }, core => { size_limit => 10_000 });
    $c->hello;
    like $c->{ehlo}, qr/^250[- ]SIZE 10000$/m, 'it is there';
    like $c->{ehlo}, qr/^250 [^\n]+\z/m, 'and the reply is whole';
};
