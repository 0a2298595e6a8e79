# A verb that nobody knows asks for a line, and the client had sent that line
# already: what follows are commands again.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 334 to an unknown verb does not open a way around the checks.' => sub {
    my $ask = sub ($s, $line) {
        $s->{auth} = { mechanism => 'PLAIN', got => [] };
        $s->{mode} = 'auth';
        return '334 go on';
    };
    my ($c, $mta) = SG::relay(mta => { reply => { XFOO => $ask } }, verdict => { mail => 'reject if evil' });
    $c->hello;
    my ($asked, $answered) = $c->pipeline('XFOO', 'NOOP');
    my $reply = $asked =~ /^334/ && $answered ? $c->cmd('MAIL FROM:<evil@client.test>') : '';
    like $reply, qr/^(?:550|421|\z)/, 'MAIL is checked, or the session over';
    ok !(grep { /evil/ } @{ $mta->session->{commands} }), 'the server never hears of it';
};
