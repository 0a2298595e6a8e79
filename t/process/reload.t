# HUP: the new configuration serves, the old sessions finish, nobody is lost.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d, $mta) = relay(core => { workers => 2, proxy_name => 'before.test' });
my @before = $d->session_pids;
my $old = SG::Client->connect($d->port)->hello;
like $old->cmd('MAIL FROM:<a@client.test>'), qr/^250/, 'a transaction begins';

$d->configure(core => { proxy_name => 'after.test', workers => 3 });
$d->hup;
$d->wait_log(qr/generation 2 serves, 3 workers/);
my $new = SG::Client->connect($d->port)->hello;
like $new->quit, qr/^221/, 'new sessions are served';
SG::wait_for { (grep { alive($_) } @before) == 2 } 10, 'the idle worker to end';
pass 'of the old generation the keeper and one worker stay';
like $old->cmd('RCPT TO:<b@server.test>'), qr/^250/, 'the old session goes on';
like $old->cmd('DATA'), qr/^354/, 'up to its message';
like $old->data("Subject: x\r\n\r\ntext\r\n"), qr/^250/, 'which is delivered';
like $old->quit, qr/^221/, 'and to its end';
gone(@before);
pass 'then the old generation ends';
is scalar(() = $d->keeper_pids), 1, 'one keeper stays';
is scalar(() = $d->worker_pids), 3, 'with as many workers as the new file wants';
is scalar($mta->messages), 1, 'the message came once';
like $d->status, qr/^Children: 0\/2\/0\/0/m, 'the scoreboard outlived the generations';
done_testing;
