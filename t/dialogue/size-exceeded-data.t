# The server is left at once, the rest swallowed; see doc/decisions/late-answers.md.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message over size_limit gets 552 behind its end and is never completed.' => sub {
    my ($c, $mta) = SG::relay(core => { size_limit => 10_000 });
    $c->hello;
    like $c->mail('x' x 9000 . "\r\n"), qr/^250/, 'a smaller one passes';
    my $lines = 'y' x 500 . "\r\nMAIL FROM:<smuggled\@client.test>\r\n";
    like $c->mail($lines x 100),
        qr/^552 (?:5\.3\.4 )?proxy\.test /, 'this one is refused, once';
    like $c->cmd('NOOP'), qr/^250/, 'the session is taken over';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^421/, 'and sends nothing more';
    $mta->wait_end;
    is scalar(() = $mta->messages), 1, 'the server got the first only';
};
