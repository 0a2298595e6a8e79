# Replies leave in the order of the commands, whoever made them (SEMANTICS 13e:
# in 1.4 a local 502 overtook what the server still owed).
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A local 550 between two forwarded RCPTs comes out between theirs.' => sub {
    my ($c, $mta) = SG::relay(
        mta => { reply => { RCPT => sub ($s, $line) { $line =~ /<(\w+)/; "250 2.1.5 $1 taken" } } },
        verdict => { rcpt => 'reject if bad', text => 'refused by the check' });
    $c->hello;
    my @to = qw(r1 bad1 r2 bad2 bad3 r3 r4);
    my (undef, @replies) = $c->pipeline('MAIL FROM:<a@client.test>', map { "RCPT TO:<$_\@server.test>" } @to);
    for my $i (0 .. $#to) {
        my $want = $to[$i] =~ /bad/ ? qr/^550 .*refused by the check/ : qr/^250 2.1.5 $to[$i] taken/;
        like $replies[$i], $want, "$to[$i] has its own";
    }
    like $c->cmd('DATA'), qr/^354/, 'DATA';
    like $c->data("x\r\n"), qr/^250/, 'the message';
    is_deeply +($mta->messages)[0]{rcpts}, [ map { "$_\@server.test" } qw(r1 r2 r3 r4) ],
        'the server knows the others only';
};
