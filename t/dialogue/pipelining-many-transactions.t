# A late reply is told by its transaction also when hundreds lie between.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A refusal of long ago does not end the transaction that is open now.' => sub {
    my $n = 256;
    my ($c, $mta) = SG::relay(core => { pipeline_size => 2000 }, mta => { holds => ['MAIL'],
        reply => { MAIL => [ '550 5.7.1 not you', '250 2.1.0 ok' ] } });
    $c->hello;
    $c->send_line(('MAIL FROM:<a@client.test>', 'RSET') x $n, 'MAIL FROM:<a@client.test>');
    SG::wait_for { my @mails = $mta->session->{raw} =~ /MAIL/g; @mails > $n } 10, 'all of them';
    $mta->release('MAIL');
    like $c->reply, qr/^550/, 'the first is refused';
    my @rest = map { substr $c->reply, 0, 3 } 2 .. 2 * $n + 1;
    is scalar(grep { $_ ne '250' } @rest), 0, 'no other';
    like $c->cmd('RCPT TO:<b@server.test>'), qr/^250/, 'and the last goes on';
}, only => ['whole'];
