# as-spamd with a real rspamd, which speaks spamc's protocol in its own way.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Rspamd;
use SG::Spamd;

SG::need('rspamd');
my $rspamd = SG::Rspamd->start;
my $mta = SG::MTA->start;

sub relay ($options) {
    return SG::Daemon->start(plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '65-as-spamd'  => { socket => $rspamd->at, %$options },
    ]);
}

sub verdict ($daemon, $message) {
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail($message);
    $c->quit;
    $c->close;
    return $reply;
}

my $daemon = relay({ threshold => 20 });
like verdict($daemon, SG::Spamd::ham()), qr/^250 /, 'a mail passes';
$daemon->wait_log(qr/SPAM:CLEAN .*score=0\.000000$/m);
like verdict($daemon, SG::Spamd::spam()), qr/^250 /, 'so does GTUBE below the threshold';
$daemon->wait_log(qr/SPAM:CLEAN .*score=15\.000000$/m);
SG::Daemon->finish_all;

$daemon = relay({ threshold => 15 });
like verdict($daemon, SG::Spamd::spam()), qr/^550 5\.7\.1 .*\[15\.000000\]$/, 'and not from it on';
SG::Daemon->finish_all;

# It answers as if the message were empty.
$daemon = relay({ method => 'stream' });
like verdict($daemon, SG::Spamd::spam()), qr/^4\d\d /, 'it takes no streams, which is an error';
$daemon->wait_log(qr/SPAM:FAILED .*result=the answer has a Content-length, .*use method = whole$/m);
SG::Daemon->finish_all;

done_testing;
