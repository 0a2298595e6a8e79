# A hook that keeps the loop waiting is named in the log: once a minute.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay(core => { workers => 1 },
    plugins => [
        '50-chaos'   => { at => ['mail'], do => 'block', after => '800ms' },
        '60-chaos@b' => { at => ['body'], do => 'block', after => '800ms' },
    ]);
my $c = SG::Client->connect($d->port)->hello;
my ($number) = $d->log =~ /\[(\d+)\]: NEW /;
like $c->mail("Subject: x\r\n\r\nx\r\n"), qr/^250/, 'a message passes';
$d->wait_log(qr/\[$number\]: BLOCKED hook=mail, plugin=50-chaos, ms=\d{3,}, unsaid=0$/m);
pass 'a decider is named';
$d->wait_log(qr/\[$number\]: BLOCKED hook=body, plugin=60-chaos\@b, ms=\d{3,}, unsaid=0$/m);
pass 'an observer is, too';
my $said = () = $d->log =~ / BLOCKED /g;
like $c->cmd($_), qr/^250/, "$_" for 'MAIL FROM:<a@client.test>', 'NOOP';
is scalar(() = $d->log =~ / BLOCKED /g), $said, 'and is not named again when it does so again';
done_testing;
