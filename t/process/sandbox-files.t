# A plugin opens what it was granted, and nothing else; whoever the worker runs as.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;
use SG::Sandbox;

SG::need_root();
my $dir = SG::tempdir();
mkdir "$dir/mine";
SG::Conf::write_file("$dir/$_", "x\n") for qw(mine/old named other);
symlink "$dir/other", "$dir/mine/link";
my $no = qr/^550 .*Permission denied/;
my $yes = qr/^550 .*done/;

my $d = prisoner({});
need_sandbox($d);
like attempt($d, { do => 'read', path => '/etc/shadow' }), $no, '/etc/shadow cannot be read, even by root';
like attempt($d, { do => 'make', path => "$dir/new" }), $no, 'no file can be made in a directory below /tmp';
ok !-e "$dir/new", 'and none is';
like attempt($d, { do => 'remove', path => "$dir/other" }), $no, 'none can be removed';
like attempt($d, { do => 'read', path => $d->conf }), $no, 'nor the configuration read';
like attempt($d, { do => 'read', path => '/etc/services' }), $yes, 'what the resolver reads can be';

my %granted = (grant => "$dir/mine");
like attempt($d, { do => 'read', path => "$dir/mine/old", %granted }), $yes, 'granted: a file below the directory is read';
like attempt($d, { do => 'make', path => "$dir/mine/new", %granted }), $yes, 'one is made';
like attempt($d, { do => 'remove', path => "$dir/mine/new", %granted }), $yes, 'and removed';
like attempt($d, { do => 'read', path => "$dir/other", %granted }), $no, 'one beside it is not read';
like attempt($d, { do => 'read', path => "$dir/mine/link", %granted }), $no, 'also by a link from inside';

my %look = (look => "$dir/mine");
like attempt($d, { do => 'read', path => "$dir/mine/old", %look }), $yes, 'granted for reading: it is read';
like attempt($d, { do => 'write', path => "$dir/mine/old", %look }), $no, 'but not written';
my %named = (named => "$dir/named");
like attempt($d, { do => 'read', path => "$dir/named", %named }), $yes, 'the path of an option is read';
like attempt($d, { do => 'write', path => "$dir/named", %named }), $no, 'but not written';
my @descriptor = (do => 'beside', inside => "$dir/mine");
like attempt($d, { @descriptor, path => 'old' }), $no, 'a directory that was opened before is no way to a file in it';
like attempt($d, { @descriptor, path => '../other' }), $no, 'nor to one beside it';
like attempt($d, { do => 'read', path => "/proc/self/root$dir/other" }), $no, 'nor is the root that /proc shows';
like attempt($d, { do => 'read', path => '/proc/self/maps' }), $yes, 'of itself it reads what there is';
like attempt($d, { do => 'write', path => '/proc/self/mem' }), $no, 'but writes nothing, not even its own memory';
my ($mode, $time) = (stat "$dir/other")[ 2, 9 ];
like attempt($d, { do => $_, path => "$dir/other" }), qr/^550 .*not permitted/, "$_ by path is refused"
    for qw(chmod chown touch truncate);
is_deeply [ (stat "$dir/other")[ 2, 7, 9 ] ], [ $mode, 2, $time ], 'and the file is what it was';
like attempt($d, { do => 'read', path => "$dir/named", at => 'work' }), $no, 'threads are confined, too';

like attempt($d, { do => 'write', path => "$dir/mine/old", %granted }), $yes, 'granted: one is written';
my ($worker) = $d->worker_pids;
kill 'KILL', $worker;
$d->wait_log(qr/CRASH pid=$worker/);
like(SG::Client->connect($d->port)->hello->cmd('MAIL FROM:<a@client.test>'), $yes, 'by the worker that takes its place, too');
done_testing;
