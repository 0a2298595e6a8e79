# spamd knows who the client is and whom the message says it is from, whatever the
# message itself says.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Spamd;

SG::need('spamd');

# What spamd knows of the relays and of the envelope, as points.
local $SG::Spamd::RULES = <<'END';
header SG_RELAY X-Spam-Relays-Trusted =~ /^\[ ip=127\.0\.0\.1 rdns= helo=client\.test by=proxy\.test /
score SG_RELAY 100
header SG_SENDER EnvelopeFrom =~ /^a\@client\.test$/
score SG_SENDER 1000
header SG_RECEIVED exists:Received
score SG_RECEIVED 10000
END
my $spamd = SG::Spamd->start;
my $mta = SG::MTA->start;

# In hundreds: what else spamd thinks of the mail is less.
sub points ($message, $options = {}, $helo = 'client.test') {
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '65-as-spamd'  => { socket => $spamd->socket, threshold => -1000, %$options },
    ]);
    my $c = SG::Client->connect($daemon->port);
    $c->banner;
    $c->cmd("EHLO $helo");
    my ($score) = $c->mail($message) =~ /\[(-?[\d.]+)\]$/;
    $c->quit;
    SG::Daemon->finish_all;
    return int(($score // -1) / 100 + 0.5);
}

my $bare = "From: Ann <ann\@example.org>\r\nSubject: x\r\n\r\nHello Bob.\r\n";
my $forged = "Received: from safe.test (safe.test [10.0.0.1]) by proxy.test with ESMTP; Sat, 3 Jan 2026 01:05:30 +0100\r\n";
is points($bare), 111, 'of a mail without a Received field';
is points($bare, { method => 'stream' }), 111, 'as a stream, too';
is points($forged . $bare), 111, 'of one that has a forged one';
is points($bare, {}, 'client.test)by:evil'), 110, 'and a HELO cannot end the field';

done_testing;
