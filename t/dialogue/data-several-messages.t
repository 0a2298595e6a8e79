
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session carries several messages, each with its own envelope.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->mail("number $_\r\n", "a$_\@client.test", "b$_\@server.test"), qr/^250/, "message $_" for 1 .. 5;
    is_deeply [ map { "$_->{from} $_->{rcpts}[0] $_->{body}" } $mta->messages ],
        [ map { "a$_\@client.test b$_\@server.test number $_\r\n" } 1 .. 5 ], 'as they were sent';
};
