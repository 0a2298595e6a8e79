# A real Exim behind the proxy.  Exim 4.96 takes QUIT behind a chunk of header lines for
# the end of the message: nothing that no check has seen whole gets in by that.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Exim;

SG::Exim::need();
my $exim = SG::Exim->start;
my $daemon = SG::Daemon->start(
    core => { size_limit => 1000 }, extra_plugins => [ SG::verdict_plugin() ],
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $exim->port },
        '50-verdict'   => { end => 'reject if MARKER' },
    ]);

# A session that has sent a chunk which is all header.
sub begin ($port, $name) {
    my $c = SG::Client->connect($port)->hello;
    $c->cmd($_) for "MAIL FROM:<$name\@client.test>", 'RCPT TO:<b@server.test>';
    my $chunk = "Subject: MARKER\r\n";
    $c->send_raw('BDAT ' . length($chunk) . "\r\n$chunk");
    like $c->reply, qr/^250 /, "$name: the chunk is taken";
    return $c;
}

my %end = (
    quit    => sub ($c) { $c->quit },
    noop    => sub ($c) { $c->cmd('NOOP'); $c->quit },
    ehlo    => sub ($c) { $c->cmd('EHLO client.test'); $c->quit },
    size    => sub ($c) { $c->send_raw("BDAT 2000\r\n" . 'x' x 2000); $c->reply; $c->quit },
    last    => sub ($c) { $c->send_raw("BDAT 2 LAST\r\n\r\n"); $c->reply; $c->quit },
    nothing => sub ($c) { $c->send_raw("BDAT 0 LAST\r\n"); $c->reply; $c->quit },
    close   => sub ($c) { $c->close },
    half    => sub ($c) { $c->send_raw("BDAT 100\r\nTo: b\@server.test\r\n"); $c->close },
);
for my $name (sort keys %end) {
    $end{$name}->(begin($daemon->port, $name));
}
my $c = SG::Client->connect($daemon->port)->hello;
like $c->mail("Subject: honest\r\n\r\nx\r\n"), qr/^250 /, 'an honest message is taken';
like $c->quit, qr/^221 /, 'to the end';

# So this could have failed.
$end{quit}->(begin($exim->port, 'direct'));
$exim->settle;
my @delivered = map { /^(Subject: .*)$/m } $exim->delivered;
my @direct = grep { /^Return-path: <direct\@/m } $exim->delivered;
is_deeply [ sort @delivered ], [ ('Subject: MARKER') x @direct, 'Subject: honest' ],
    'the honest one has arrived, and nothing of the others';
note @direct ? 'without the proxy this Exim takes the chunk alone' : 'this Exim is mended';
done_testing;
