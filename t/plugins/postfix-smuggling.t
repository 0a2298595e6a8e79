# SMTP smuggling (CVE-2023-51764) against a real Postfix that is as lenient as it was
# before: with the proxy between, no second message comes out of one.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Postfix;

SG::Postfix::need();
my $postfix = SG::Postfix->start(
    smtpd_forbid_bare_newline => 'no', smtpd_forbid_unauth_pipelining => 'no');

my %ends = (
    'LF.LF' => "\n.\n", 'LF.CRLF' => "\n.\r\n", 'CRLF.LF' => "\r\n.\n", 'CR.CR' => "\r.\r",
    'CR.CRLF' => "\r.\r\n", 'CRLF.CR' => "\r\n.\r", 'LF.CR' => "\n.\r", 'CR.LF' => "\r.\n",
    'CRLFNUL.CRLF' => "\r\n\0.\r\n",
);

# A message with another in it, which a careless server takes for the next one.
sub smuggle ($port, $name, $way) {
    my $c = SG::Client->connect($port)->hello;
    $c->envelope;
    $c->send_raw("Subject: $way $name\r\n\r\nx$ends{$name}MAIL FROM:<smuggled\@client.test>\r\n"
            . "RCPT TO:<b\@server.test>\r\nDATA\r\nSubject: smuggled $way $name\r\n\r\nx\r\n.\r\nQUIT\r\n");
    my @codes;
    while (my ($code) = grep { $_ } ($c->reply)[0]) { push @codes, $code }
    return "@codes";
}

# A message behind them all: when it is there, so is what was before it.
sub wait_for_all ($port, $way) {
    my $c = SG::Client->connect($port)->hello;
    like $c->mail("Subject: last $way\r\n\r\nx\r\n"), qr/^250 /, "$way: an honest message is taken";
    $postfix->wait_delivered(qr/^Subject: last $way$/m);
    return;
}

sub smuggled () { return scalar(() = $postfix->log =~ /from=<smuggled\@/g) }

sub proxy (%core) {
    return SG::Daemon->start(core => \%core,
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $postfix->port } ])->port;
}

for my $way (qw(normalise reject)) {
    subtest "bare_newline = $way" => sub {
        my $port = proxy(bare_newline => $way);
        for my $name (sort keys %ends) {
            my $replies = smuggle($port, $name, $way);
            like $replies, qr/^(?:250|550) 221$/, "$name: one answer, and one to QUIT: $replies";
        }
        wait_for_all($port, $way);
        is smuggled(), 0, 'nothing was smuggled';
        my @first = map { /^Subject: (.*)$/m } $postfix->delivered;
        is scalar(grep { /^smuggled/ } @first), 0, 'nor delivered as one of its own';
    };
}

# So the matrix above could have failed.
smuggle($postfix->port, 'LF.LF', 'direct');
wait_for_all($postfix->port, 'direct');
SG::wait_for { smuggled() } 10, 'the smuggled message';
pass 'without the proxy this Postfix takes a second message';
done_testing;
