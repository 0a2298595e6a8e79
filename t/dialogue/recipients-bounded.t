# RFC 5321, 4.5.3.1.8 and 4.5.3.1.10: at least 100 recipients, and 452 beyond a limit.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A mail has max_recipients recipients, and 452 for more.' => sub {
    my ($c, $mta) = SG::relay(mta => { refuse => qr/nobody/ }, core => { max_recipients => 100 });
    $c->hello;
    for my $mail (1, 2) {
        $c->cmd('MAIL FROM:<a@client.test>');
        my @replies = $c->pipeline(map { $_ > 60 && $_ <= 80 ? "RCPT TO:<nobody$_\@server.test>" : "RCPT TO:<b$_\@server.test>" } 1 .. 125);
        my %codes;
        $codes{ substr $_, 0, 9 }++ for @replies;
        is_deeply \%codes, { '250 2.1.5' => 100, '550 5.1.1' => 20, '452 4.5.3' => 5 }, "mail $mail";
        is scalar(grep { /^452/ } @replies[ 0 .. 119 ]), 0, 'those that the server refused do not count';
        like $c->cmd('DATA'), qr/^354/, 'the mail';
        like $c->data("x\r\n"), qr/^250/, 'goes to the others';
    }
    is_deeply [ map { scalar @{ $_->{rcpts} } } $mta->messages ], [ 100, 100 ], 'as many arrived';
}, only => [ 'whole', 'random' ];
