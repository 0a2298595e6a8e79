# The lines of an exchange are passed unread: only to a server that has offered it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'AUTH goes only where the last EHLO offered it.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { EHLO => sub ($s, $line) {
        $line =~ /auth/ ? "250-mta.test\n250 AUTH PLAIN" : '250 mta.test' } } });
    $c->banner;
    for my $hello ('', 'HELO client.test', 'EHLO client.test') {
        $c->cmd($hello) if $hello;
        like $c->cmd('AUTH PLAIN'), qr/^503 /, $hello || 'no hello';
    }
    my @replies = $c->pipeline('EHLO auth.test', 'AUTH PLAIN');
    like $replies[1], qr/^334/, 'where it is, it may be pipelined with EHLO';
    like $c->cmd('*'), qr/^501/, 'cancelled';
    $c->cmd('HELO client.test');
    like $c->cmd('AUTH PLAIN'), qr/^503 /, 'HELO after that';
    is scalar(grep { /AUTH/ } @{ $mta->session->{commands} }), 1, 'the server heard of one only';
};
