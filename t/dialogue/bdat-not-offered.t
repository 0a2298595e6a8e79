# A server that does not know BDAT answers 500 and takes the chunk for commands.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %CASES = (
    'no hello at all'                => [],
    'HELO'                           => ['HELO client.test'],
    'an EHLO that did not offer it'  => ['EHLO client.test'],
    'HELO after an EHLO that did'    => [ 'EHLO chunks.test', 'HELO client.test' ],
    'an EHLO after one that did'     => [ 'EHLO chunks.test', 'EHLO client.test' ],
    'a refused EHLO after one that did' => [ 'EHLO chunks.test', 'EHLO nobody.test' ],
);

# The EHLO of chunks.test is offered CHUNKING.
sub ehlo ($s, $line) {
    return '550 5.5.0 not you' if $line =~ /nobody/;
    return $line =~ /chunks/ ? "250-mta.test\n250 CHUNKING" : '250 mta.test';
}

SG::dialogue 'A chunk goes only where the last EHLO offered CHUNKING.' => sub {
    for my $case (sort keys %CASES) {
        my ($c, $mta) = SG::relay(mta => { reply => { EHLO => \&ehlo, BDAT => '500 what?' } });
        $c->banner;
        $c->cmd($_) for @{ $CASES{$case} }, 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        my $chunk = "RSET\r\nMAIL FROM:<smuggled\@client.test>\r\n";
        $c->send_raw('BDAT ' . length($chunk) . " LAST\r\n${chunk}NOOP\r\n");
        like $c->reply, qr/^503 /, "$case: refused";
        like $c->reply, qr/^250 /, 'the chunk is counted: NOOP is answered';
        $c->quit;
        $mta->wait_end;
        unlike $mta->session->{raw}, qr/BDAT|smuggled/, 'and nothing of it was sent';
        SG::finish();
    }
};
