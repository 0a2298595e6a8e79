# Who is refused can say which session it was; and texts may say more.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'The refusals of the proxy end with the number of the session in the log.' => sub {
    my ($c, $mta, $d) = SG::relay(
        core    => { reply_reference => 'yes' },
        mta     => { reply => { VRFY => '550 no such user' } },
        verdict => { rcpt => 'reject if bad', end => 'reject if evil', text => 'No %{reason}' . 'x' x 600,
            event => 'virus', detail => 'Evil' });
    $c->hello;
    my $id = $d->wait_log(qr/\[(\d+)\]: NEW /);
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^250 [^\[]*\z/, 'what is no refusal has none';
    is $c->cmd('VRFY x'), '550 no such user', "nor has the server's own";
    my $long = $c->cmd('RCPT TO:<bad@server.test>');
    like $long, qr/^550 5\.7\.1 proxy\.test No Evilx+ \[$id\]\z/, 'a refused command';
    is length $long, 510, 'also at the end of a line that is cut';
    like $c->cmd('RCPT TO:<a@b.test> x x'), qr/^5\d\d .* \[$id\]\z/, 'a bad address';
    $c->cmd('RSET');
    like $c->mail("evil\r\n"), qr/^550 .* \[$id\]\z/, 'a refused message';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^421 .* \[$id\]\z/, 'the end that comes after it';
};
